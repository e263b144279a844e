//! The two signed tokens of the form, without any state on the server. The *stamp* says when the form was shown and
//! holds its nonce, under which files are kept and a double submission is recognised. The *sum* is the question asked of
//! a form that looks automatic: two small numbers bound to the nonce, so that an answer serves one form.

use chrono::{DateTime, Duration, Utc};

use crate::keys::{self, Keys, Purpose};

/// When a form was shown, and its nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::public) struct Stamp {
    /// 22 URL-safe characters, random.
    pub(in crate::web::public) nonce: String,
    /// When it was shown, to the second.
    pub(super) shown: DateTime<Utc>,
}

impl Stamp {
    /// The stamp of a form shown now.
    pub(in crate::web::public) fn fresh(now: DateTime<Utc>) -> Self {
        let shown = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
        Self { nonce: keys::random_token(), shown }
    }

    /// `NONCE.SECONDS.SIGNATURE`, for the hidden field.
    pub(in crate::web::public) fn token(&self, keys: &Keys) -> String {
        let data = self.data();
        format!("{data}.{}", keys.sign(Purpose::FormStamp, &data))
    }

    /// The stamp of a token we signed, however old; `None` for anything else.
    pub(in crate::web::public) fn read(token: &str, keys: &Keys) -> Option<Self> {
        let (data, signature) = token.rsplit_once('.')?;
        if !keys.verify(Purpose::FormStamp, data, signature) {
            return None;
        }
        let (nonce, seconds) = data.split_once('.')?;
        let shown = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
        Some(Self { nonce: nonce.to_owned(), shown })
    }

    /// How long ago the form was shown.
    pub(super) fn age(&self, now: DateTime<Utc>) -> Duration {
        now - self.shown
    }

    fn data(&self) -> String {
        format!("{}.{}", self.nonce, self.shown.timestamp())
    }
}

/// The question: one digit plus one digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// First number, 1 to 9.
    pub(super) a: u8,
    /// Second number, 1 to 9.
    pub(super) b: u8,
}

impl Sum {
    /// A new question.
    pub(super) fn fresh() -> Self {
        let [a, b] = keys::random::<2>();
        Self { a: a % 9 + 1, b: b % 9 + 1 }
    }

    /// `A.B.SIGNATURE`, for the hidden field of the form with this nonce.
    pub(super) fn token(self, nonce: &str, keys: &Keys) -> String {
        format!("{}.{}.{}", self.a, self.b, keys.sign(Purpose::Sum, &self.data(nonce)))
    }

    /// The question of a token that we signed for this nonce.
    pub(super) fn read(token: &str, nonce: &str, keys: &Keys) -> Option<Self> {
        let mut parts = token.splitn(3, '.');
        let sum = Self { a: parts.next()?.parse().ok()?, b: parts.next()?.parse().ok()? };
        keys.verify(Purpose::Sum, &sum.data(nonce), parts.next()?).then_some(sum)
    }

    /// Whether a person's answer is right; spaces do not matter.
    pub(super) fn is_answered_by(self, answer: &str) -> bool {
        answer.trim().parse() == Ok(self.a + self.b)
    }

    fn data(self, nonce: &str) -> String {
        format!("{nonce}.{}.{}", self.a, self.b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(vec![vec![7; 32]]).unwrap()
    }

    #[test]
    fn a_stamp_is_ours_or_nothing() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let stamp = Stamp::fresh(now);
        let token = stamp.token(&keys());
        assert_eq!(Stamp::read(&token, &keys()), Some(stamp.clone()));
        assert_eq!(Stamp::read(&token.replace("1800000000", "1700000000"), &keys()), None);
        assert_eq!(Stamp::read("", &keys()), None);
        assert_eq!(stamp.age(now + Duration::hours(3)), Duration::hours(3));
    }

    #[test]
    fn a_sum_serves_one_form() {
        let sum = Sum { a: 5, b: 8 };
        let token = sum.token("nonce", &keys());
        assert_eq!(Sum::read(&token, "nonce", &keys()), Some(sum));
        assert_eq!(Sum::read(&token, "other", &keys()), None);
        assert!(sum.is_answered_by(" 13 ") && !sum.is_answered_by("58") && !sum.is_answered_by(""));
        let fresh = Sum::fresh();
        assert!((1..=9).contains(&fresh.a) && (1..=9).contains(&fresh.b));
    }
}
