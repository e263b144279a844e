//! One mail read: what it says, what it is, whether a machine may answer it. Total: every octet string gives a
//! [`Parsed`]; what defies parsing is [`Kind::Malformed`] with what could be read. Bounded: depth, parts, header and
//! text sizes have limits, and the cost is linear in the size.

use std::borrow::Cow;

use super::address::{self, Mailbox};
use super::attachment;
use super::auth::{self, Auth};
use super::automatic::{self, Facts};
use super::body;
pub use super::body::TEXT_LIMIT;
use super::bounce;
use super::date;
use super::forward::{self, Forwarded};
use super::header::{self, Headers, ids};
use super::mime::{Part, Tree};
use super::quote::{self, Hints};
use super::signed;
use super::subject::{self, Prefix};
use super::transfer::Encoding;
use super::{Authorship, Automatic, Kind};
use crate::message::{Attachment, Channel, Envelope, Message, one_line};

/// References that are kept: the first and the last ones.
const REFERENCE_LIMIT: usize = 100;
/// Characters of a subject that are kept.
const SUBJECT_LIMIT: usize = 500;

/// Addresses that are kept of fields that only help to find a thread.
const ADDRESS_LIMIT: usize = 50;
/// In what fields mail servers say whom they deliver to.
const DELIVERED: [&str; 3] = ["delivered-to", "x-original-to", "envelope-to"];
/// Where relays keep the Message-ID that they replaced (Exchange Online, Gmail, Google Groups).
const RENAMED: [&str; 3] =
    ["x-microsoft-original-message-id", "x-google-original-message-id", "x-original-message-id"];

/// What the service calls its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// All public addresses of the service.
    pub addresses: Vec<String>,
    /// The domain in which it makes Message-IDs.
    pub domain: String,
    /// The authserv-id (RFC 8601) of the own border, whose results are believed.
    pub authserv_id: Option<String>,
    /// Who forwards to the service: domains of envelope senders, names or addresses of hosts.
    pub trusted_forwarders: Vec<String>,
}

impl Own {
    /// Whether an address is the service's: without `+detail`, case folded.
    pub fn is_own(&self, address: &str) -> bool {
        let given = folded(address);
        !given.is_empty() && self.addresses.iter().any(|own| folded(own) == given)
    }
}

/// An address as it is compared: lower case, without the detail after `+`.
fn folded(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else { return String::new() };
    format!("{}@{domain}", local.split('+').next().unwrap_or_default())
}

/// A mail, understood.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub struct Parsed {
    /// What it says.
    pub message: Message,
    /// What it is.
    pub kind: Kind,
    /// Whether an automatic message may answer it.
    pub automatic: Automatic,
    /// How surely a person wrote it; means something for a mail that answers us.
    pub authorship: Authorship,
    /// The sender's address as it is shown: [`Message::from_email`], or a local name without a domain (`MAILER-DAEMON`).
    pub sender: String,
    /// The address an automatic message may go to, if there is one: see [`automatic::answer_address`].
    pub answer_address: Option<String>,
    /// The recipients that a delivery report says were not reached.
    pub bounced: Vec<bounce::Failed>,
    /// A report says that a mail did not arrive, be it that nobody can read whose; a delay or a success is none.
    pub undelivered: bool,
    /// The Message-ID of the mail that a report is about, without brackets.
    pub original_message_id: Option<String>,
    /// Who wrote what is forwarded here: a guess to be offered, never acted on.
    pub forwarded_from: Option<Forwarded>,
    /// The text is encrypted, so there is none to read.
    pub encrypted: bool,
    /// It carries a signature (OpenPGP, S/MIME), which nobody has verified.
    pub signed: bool,
    /// It has an HTML page ([`page`]).
    pub has_page: bool,
    /// The pictures that stand in its text, which are no attachments.
    pub pictures: Vec<Attachment>,
    /// A machine says that its recipient is away or gone.
    pub absence: bool,
    /// What the own border says of the sender.
    pub auth: Auth,
    /// The addresses it was delivered to by the words of mail servers (`Delivered-To`, `X-Original-To`, `Envelope-To`): a
    /// folder of a mailbox knows no envelope.
    pub delivered_to: Vec<String>,
    /// Whom it was copied to unseen: in a Sent folder that is still there.
    pub blind: Vec<String>,
    /// Who really sent it by its `Sender`: a person who writes as a shared mailbox.
    pub sent_by: Vec<String>,
    /// Other ids by which it is known, without brackets: what it was called before a relay renamed it.
    pub other_ids: Vec<String>,
    /// Its subject says that it passes somebody's message on.
    pub forwards: bool,
    /// The verdict of a spam filter stands where only the own border writes.
    pub own_filter: bool,
}

/// Reads a mail.
pub fn read(raw: &[u8], envelope: &Envelope, own: &Own) -> Parsed {
    let (raw, opaque) = opened(raw);
    let tree = Tree::read(&raw);
    let headers = &tree.root().headers;
    let senders = mailboxes(headers, "from");
    let body = body::read(&tree);
    let mut message = message(headers, &senders, envelope);
    let (prefix, _) = subject::split(&message.subject);
    let threaded = message.in_reply_to.is_some() || !message.references.is_empty();
    let hints = Hints {
        history: body.history.clone(),
        forward: prefix == Prefix::Forward,
        answers: threaded || prefix == Prefix::Reply,
        own: Some(own),
    };
    message.fresh = quote::fresh_with(&body.text, hints);
    message.attachments = attachment::list(&tree, &body);
    message.body.clone_from(&body.text);
    let domain = message.from_email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let envelope_from = envelope_sender(headers, envelope);
    let auth = auth::read(headers, own, domain, envelope_from.as_deref());
    let facts = Facts {
        tree: &tree,
        message: &message,
        senders: &senders,
        envelope_from: envelope_from.as_deref(),
        own,
        auth,
        prefix,
    };
    let own_filter = facts.spam().is_some_and(|name| auth::is_own(headers, own.authserv_id.as_deref(), name));
    let report = bounce::read(&tree, facts.is_machine(), &message);
    let kind = automatic::kind(&facts, report.is_some());
    let mut automatic = automatic::allowed(&facts);
    if report.is_some() && automatic.allowed {
        automatic = Automatic::forbidden("report=delivery-status");
    }
    let answer_address = automatic::answer_address(&message.from_email, facts.envelope_from, auth);
    let encrypted = body.encrypted
        || tree.0.iter().any(|part| {
            part.media == "multipart/encrypted"
                || (part.media.ends_with("pkcs7-mime") && part.param("smime-type") != Some("signed-data"))
        });
    let signed = opaque || body.signed || tree.0.iter().any(is_signed);
    let forwarded_from = match kind {
        Kind::Bounce | Kind::AutoReply => None,
        _ => forward::inner_sender(&tree, &message.body, prefix == Prefix::Forward, |address| {
            own.is_own(address) || message.from_email.eq_ignore_ascii_case(address)
        }),
    };
    let report = report.filter(|_| kind == Kind::Bounce).unwrap_or_default();
    let sender = match message.from_email.as_str() {
        "" => headers.raw("from").and_then(|from| address::local_alone(&from)).unwrap_or_default(),
        usable => usable.to_owned(),
    };
    Parsed {
        kind,
        sender,
        automatic,
        authorship: automatic::authorship(&facts),
        answer_address,
        bounced: report.failed,
        undelivered: report.failure,
        original_message_id: report.original_message_id,
        forwarded_from,
        encrypted,
        signed,
        has_page: tree.0.iter().any(is_page),
        pictures: attachment::pictures(&tree),
        absence: kind == Kind::AutoReply && facts.away(),
        auth,
        delivered_to: listed(headers, &DELIVERED),
        blind: listed(headers, &["bcc"]),
        sent_by: listed(headers, &["sender"]),
        other_ids: other_ids(headers, message.message_id.as_deref()),
        forwards: prefix == Prefix::Forward,
        own_filter,
        message,
    }
}

/// The usable addresses of some fields.
fn listed(headers: &Headers<'_>, names: &[&str]) -> Vec<String> {
    let found = names.iter().flat_map(|name| mailboxes(headers, name)).map(|mailbox| mailbox.address);
    found.filter(|address| !address.is_empty()).take(ADDRESS_LIMIT).collect()
}

/// What a relay that renames mail keeps of the first name.
fn other_ids(headers: &Headers<'_>, own: Option<&str>) -> Vec<String> {
    let all = RENAMED.iter().flat_map(|name| headers.all(name)).flat_map(|field| ids(&field.text()));
    all.filter(|id| id.contains('@') && Some(id.as_str()) != own).take(RENAMED.len()).collect()
}

/// The decoded octets of the attachment with this number ([`crate::message::Attachment::part`]), if there is one.
pub fn attachment(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    attachment::octets(&Tree::read(&opened(raw).0), part)
}

/// The HTML page of a mail as it came, if it has one: it may load, run and mislead, so nobody may see it as it is.
pub fn page(raw: &[u8]) -> Option<String> {
    let raw = opened(raw).0;
    Tree::read(&raw).0.iter().find(|part| is_page(part)).map(Part::text)
}

fn is_page(part: &Part<'_>) -> bool {
    part.media == "text/html"
        && part.children.is_empty()
        && part.disposition != "attachment"
        && !part.body.trim_ascii().is_empty()
}

/// A mail without the fields that name whom it was copied to unseen (some mail programs leave them in): nobody whom it is
/// passed on to may learn that. Everything else stays octet for octet.
pub fn without_blind_copies(raw: &[u8]) -> Vec<u8> {
    header::without_fields(raw, &["bcc", "resent-bcc"])
}

/// Whether a part says that it, or what it holds, is signed.
fn is_signed(part: &Part<'_>) -> bool {
    part.media == "multipart/signed"
        || (part.media.ends_with("pkcs7-mime") && part.param("smime-type") == Some("signed-data"))
}

/// A message as it is to be read; one inside an opaque signature is taken out of it, which is told.
fn opened(raw: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let raw = line_ends(&raw[header::start(raw)..]);
    let inner = {
        let tree = Tree::read(&raw);
        let root = tree.root();
        if let Some(whole) = unwrapped(root) {
            return (Cow::Owned(whole), false);
        }
        let opaque = root.media.ends_with("pkcs7-mime") && root.param("smime-type") != Some("enveloped-data");
        opaque.then(|| signed::content(&root.bytes())).flatten().map(|entity| {
            // The header fields of the outer message, but for those that describe its body.
            let mut whole = root.headers.without("content-");
            whole.extend(entity);
            whole
        })
    };
    match inner {
        Some(whole) => (Cow::Owned(whole), true),
        None => (raw, false),
    }
}

/// A multipart that is encoded as a whole, against RFC 2045 section 6.4, without the encoding.
fn unwrapped(root: &Part<'_>) -> Option<Vec<u8>> {
    let stated = root.headers.token("content-type").is_some_and(|media| media.starts_with("multipart/"));
    if !stated || !root.children.is_empty() || root.encoding() != Encoding::Base64 {
        return None;
    }
    let mut whole = root.headers.without("content-transfer-encoding");
    whole.push(b'\n');
    whole.extend(root.bytes());
    Some(whole)
}

/// A message that knows only CR as line end is read as if it had LF.
fn line_ends(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\r') && !raw.contains(&b'\n') {
        return Cow::Owned(raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect());
    }
    Cow::Borrowed(raw)
}

fn message(headers: &Headers<'_>, senders: &[Mailbox], envelope: &Envelope) -> Message {
    let from = sender(headers, senders, envelope);
    let addresses = |name: &str| mailboxes(headers, name).into_iter().map(|m| m.address).collect::<Vec<_>>();
    let reply_to = addresses("reply-to").into_iter().find(|a| !a.is_empty());
    let id_list = |name: &str| headers.all(name).flat_map(|f| ids(&f.text())).collect::<Vec<_>>();
    let mut references = id_list("references");
    if references.len() > REFERENCE_LIMIT {
        references.drain(1..=references.len() - REFERENCE_LIMIT);
    }
    Message {
        channel: Channel::Mail,
        reply_to: reply_to.filter(|address| !address.eq_ignore_ascii_case(&from.address)),
        from_name: from.name,
        from_email: from.address,
        subject: one_line(&headers.text("subject").unwrap_or_default(), SUBJECT_LIMIT),
        to: addresses("to"),
        cc: addresses("cc"),
        message_id: id_list("message-id").into_iter().next(),
        in_reply_to: id_list("in-reply-to").into_iter().next(),
        references,
        date: headers.raw("date").and_then(|text| date::read(&text)),
        ..Message::default()
    }
}

/// The sender: From, else Sender, else whoever the envelope names.
fn sender(headers: &Headers<'_>, from: &[Mailbox], envelope: &Envelope) -> Mailbox {
    let usable = |list: &[Mailbox]| list.iter().find(|m| !m.address.is_empty()).cloned();
    if let Some(found) = usable(from).or_else(|| usable(&mailboxes(headers, "sender"))) {
        return found;
    }
    let address = address::clean(&envelope_sender(headers, envelope).unwrap_or_default());
    let name = from.first().map(|m| m.name.clone()).unwrap_or_default();
    Mailbox { name, address }
}

fn mailboxes(headers: &Headers<'_>, name: &str) -> Vec<Mailbox> {
    headers.all(name).flat_map(|field| address::list(&field.text())).collect()
}

/// The envelope sender: the door's word, else the topmost Return-Path; `Some("")` is the null sender.
fn envelope_sender(headers: &Headers<'_>, envelope: &Envelope) -> Option<String> {
    if let Some(from) = &envelope.from {
        let null = from.replace(['<', '>', ' '], "").is_empty() || automatic::is_bare_daemon(from);
        // One that nobody can read is unknown: it makes no machine of a person.
        return Some(address::clean(from)).filter(|address| null || !address.is_empty());
    }
    let path = headers.raw("return-path")?;
    Some(address::clean(&path)).filter(|a| !a.is_empty() || path.replace(' ', "").contains("<>"))
}
