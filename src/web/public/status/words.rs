//! What the status page says, in both languages.

use super::{Done, StatusPage, Wrong};
use crate::desk::Stage;

impl StatusPage<'_> {
    /// The title of the window: what the page is about now, and the page.
    pub(super) fn title(&self) -> String {
        let t = |fr, en| self.layout.t(fr, en);
        let now = match self.done() {
            _ if self.sent => return self.heading().to_owned(),
            _ if self.asks_to_withdraw() => t("Retirer votre demande\u{a0}?", "Withdraw your request?"),
            _ if self.shown.asks.is_some() => t("Message non envoyé", "Message not sent"),
            Some(Done::Added) => t("Message ajouté", "Message added"),
            Some(Done::Closed) => t("Demande close", "Request closed"),
            Some(Done::Withdrawn) => t("Demande retirée", "Request withdrawn"),
            Some(Done::LeftToTeam) => t("L’équipe est prévenue", "The team is told"),
            Some(Done::Left) => t("Page refermée", "Page closed"),
            None if self.asks_code() => t("Saisir le code", "Enter the code"),
            None if self.shown.open => t("Compléter, clore ou retirer", "Add, close or withdraw"),
            None => return self.heading().to_owned(),
        };
        format!("{now} – {}", self.heading())
    }

    /// The stage in a few words.
    pub(super) fn stage_title(&self) -> &'static str {
        self.stage.map_or("", |stage| stage.title(self.layout.lang))
    }

    /// The same in a sentence.
    pub(super) fn stage_text(&self) -> &'static str {
        let Some(stage) = self.stage else { return "" };
        let t = |fr, en| self.layout.t(fr, en);
        match stage {
            Stage::Received if self.insists => t(
                "Votre demande est enregistrée. Une personne la lira, comme vous l’avez demandé.",
                "Your request is recorded. A person will read it, as you asked.",
            ),
            Stage::Received => t(
                "Votre demande est enregistrée. Elle attend d’être traitée.",
                "Your request is recorded. It waits to be dealt with.",
            ),
            Stage::InProgress => {
                t("Une personne de l’équipe s’en occupe.", "A member of the team is dealing with it.")
            }
            Stage::Answered => t(
                "Une réponse vous a été envoyée par courriel. Si elle ne vous est pas parvenue, regardez dans les messages indésirables.",
                "An answer was sent to you by e-mail. If it did not reach you, look among the unwanted mail.",
            ),
            Stage::HandedOver => t(
                "Elle a été transmise au service compétent. Un courriel vous dit auquel.",
                "It was handed over to the service in charge. An e-mail tells you which one.",
            ),
            Stage::Refused => t(
                "Un courriel vous explique pourquoi nous ne pouvons pas y répondre, vers qui vous tourner et comment demander qu’une personne la relise.",
                "An e-mail explains why we cannot answer it, where else to turn and how to ask a person to read it again.",
            ),
            Stage::Closed if self.done() == Some(Done::Added) => t(
                "Elle était terminée. Votre message la rouvrira dès qu’il aura été pris en compte.",
                "It was finished. Your message will open it again once it has been taken in.",
            ),
            Stage::Closed if self.shown.open => t(
                "Elle est terminée. Pour y revenir, ajoutez un message ci-dessous.",
                "It is finished. To come back to it, add a message below.",
            ),
            Stage::Closed => t(
                "Elle est terminée. Pour y revenir, répondez au dernier courriel reçu.",
                "It is finished. To come back to it, reply to the last e-mail you received.",
            ),
        }
    }

    /// What happens to a request just sent: what the page had promised before.
    pub(super) fn next(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        if self.insists {
            return t(
                "Une personne de l’équipe lira votre demande, comme vous l’avez demandé : aucun refus ne partira sans elle. Sa réponse vous parviendra par courriel, à l’adresse que vous avez indiquée ; si vous ne voyez rien venir, regardez aussi dans les messages indésirables.",
                "A member of the team will read your request, as you asked: no refusal will leave without them. Their answer will come by e-mail, to the address you gave; if nothing comes, also look among your unwanted mail.",
            );
        }
        t(
            "Votre demande est triée selon son sujet, puis traitée. Notre réponse vous parviendra par courriel, à l’adresse que vous avez indiquée ; si vous ne voyez rien venir, regardez aussi dans les messages indésirables.",
            "Your request is sorted by topic, then dealt with. Our answer will come by e-mail, to the address you gave; if nothing comes, also look among your unwanted mail.",
        )
    }

    /// What was just done, in a sentence.
    pub(super) fn done_text(&self) -> Option<&'static str> {
        let t = |fr, en| self.layout.t(fr, en);
        Some(match self.done()? {
            Done::Added if self.is_closed() => t(
                "Votre message est bien enregistré. Il est joint à votre demande, qui va être rouverte.",
                "Your message is recorded. It is added to your request, which will be opened again.",
            ),
            Done::Added => t(
                "Votre message est bien enregistré. Il est joint à votre demande.",
                "Your message is recorded. It is added to your request.",
            ),
            Done::Closed => t("Votre demande est close. Merci\u{a0}!", "Your request is closed. Thank you!"),
            Done::Withdrawn => t(
                "Votre demande est retirée. L’équipe en est informée, et rien d’automatique ne partira plus.",
                "Your request is withdrawn. The team is told, and nothing automatic will leave any more.",
            ),
            Done::LeftToTeam => t(
                "C’est noté. La demande d’une autre personne est jointe à la vôtre\u{a0}: l’équipe se charge de la suite.",
                "It is noted. The request of another person is part of yours: the team will see to the rest.",
            ),
            Done::Left => t("Vous avez refermé cette page.", "You have closed this page."),
        })
    }

    /// What is wrong with no field of the page, in a sentence.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        let t = |fr, en| self.layout.t(fr, en);
        Some(match self.shown.wrong.as_ref()? {
            Wrong::Code | Wrong::Typed(_) => return None,
            Wrong::Often => t(
                "Trop d’essais. Attendez une heure, puis recommencez ; vous pouvez aussi répondre à nos courriels.",
                "Too many tries. Wait an hour, then start again; you may also reply to our e-mails.",
            ),
            Wrong::Closed => t(
                "Cette page s’est refermée : demandez un nouveau code. Rien n’a été fait.",
                "This page has closed: ask for a new code. Nothing was done.",
            ),
            Wrong::Joined => t(
                "Votre demande a été jointe à celle d’une autre personne, que vous ne pouvez pas terminer. Ajoutez un message : l’équipe s’en chargera.",
                "Your request was joined to that of another person, which you cannot end. Add a message: the team will see to it.",
            ),
            Wrong::Away => t(
                "Le service est momentanément interrompu. Rien n’est perdu : essayez de nouveau dans quelques minutes.",
                "The service is interrupted for a moment. Nothing is lost: try again in a few minutes.",
            ),
        })
    }

    /// What is wrong with fields: the id of each and a sentence, in the order of the page.
    pub(super) fn summary(&self) -> Vec<(&'static str, &str)> {
        let says = self.layout.t(
            "Ce code n’est pas le bon, ou ne vaut plus. Recopiez celui du dernier courriel reçu, ou demandez-en un autre.",
            "This code is not the right one, or is valid no longer. Copy the one of the last e-mail, or ask for another.",
        );
        match &self.shown.wrong {
            Some(Wrong::Code) => vec![("code", says)],
            Some(Wrong::Typed(errors)) => ["message", "files"]
                .into_iter()
                .filter_map(|id| Some((id, errors.get(id)?.as_str())))
                .collect(),
            _ => Vec::new(),
        }
    }
}
