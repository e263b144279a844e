//! A rule more costs no allocation, neither where it hits nor where it does not.

use allocation_counter::{AllocationInfo, measure};
use guichet::message::Message;
use guichet::triage::{Directory, Triage};

use super::{day, mail, shipped};
use crate::support::more_rules::{More, files};

/// A request on which rules of several headings hit.
fn request() -> Message {
    let body = "Bonjour,\n\nNotre ministère voudrait publier le code source d’une application développée en interne. \
                Sous quelle licence libre pouvons-nous le faire, et faut-il l’accord de la DINUM ?\n\n\
                Par ailleurs, quel équivalent libre de Photoshop figure au SILL ? Nous ne demandons pas de formation.\n\n\
                Cordialement,\nUne cheffe de projet\nMinistère de la Culture";
    mail("Publication d’un code source et logiciels libres", body)
}

/// What something costs once everything is at hand that is made at the first use.
fn settled(of: impl Fn()) -> AllocationInfo {
    of();
    measure(of)
}

#[test]
fn rules_that_do_not_hit_allocate_nothing() {
    let (few, many) = (shipped(), Triage::load(&files(More::OtherWords)).unwrap());
    let message = request();
    assert_eq!(many.rules().len(), 2 * few.rules().len());
    assert!(few.hits(&message) > 10, "it should be about something");
    let of = |triage: &Triage| settled(|| assert!(triage.hits(&message) > 10));
    let (of_few, of_many) = (of(few), of(&many));
    assert_eq!(of_few.count_total, of_many.count_total);
    assert_eq!(of_few.bytes_total, of_many.bytes_total);
    let whole = |triage: &Triage| {
        settled(|| assert!(!triage.examine(&message, day(), &Directory::default()).evidence.is_empty()))
    };
    assert_eq!(whole(few).count_total, whole(&many).count_total);
}

#[test]
fn rules_that_hit_only_make_the_room_for_all_of_them_grow() {
    /// As often as a list doubles to hold twice as much, for each list that does.
    const DOUBLINGS: u64 = 8;
    let message = request();
    let of = |triage: &Triage| settled(|| assert!(triage.hits(&message) > 10)).count_total;
    for more in [More::OtherIds, More::OtherPieces] {
        let (few, many) = (shipped(), Triage::load(&files(more)).unwrap());
        assert_eq!(many.hits(&message), 2 * few.hits(&message));
        assert!(of(&many) <= of(few) + DOUBLINGS, "{} against {}", of(&many), of(few));
    }
}
