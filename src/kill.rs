//! Kill points: with the feature `kill-points`, the process stops and says so when it reaches the point named by
//! `GUICHET_KILL_AT`, and the test that started it sends SIGKILL. So every gap between two steps can be hit exactly,
//! and what is killed is the real binary. Without the feature a kill point is nothing.

/// Marks a gap between two steps.
macro_rules! kill_point {
    ($name:literal) => {
        #[cfg(feature = "kill-points")]
        $crate::kill::reached($name).await;
    };
}
pub(crate) use kill_point;

/// Whether it has panicked.
#[cfg(feature = "kill-points")]
static PANICKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Stands still for ever at the named point, or panics there once; returns at once at any other.
#[cfg(feature = "kill-points")]
#[expect(
    clippy::disallowed_methods,
    reason = "a test's switch, not a setting: it must not reach the settings file"
)]
pub(crate) async fn reached(name: &str) {
    let is_named = |variable: &str| std::env::var(variable).is_ok_and(|at| at == name);
    if is_named("GUICHET_KILL_AT") {
        eprintln!("kill point {name}");
        std::future::pending::<()>().await;
    }
    let panics = is_named("GUICHET_PANIC_AT");
    assert!(!panics || PANICKED.swap(true, std::sync::atomic::Ordering::SeqCst), "kill point {name}");
}
