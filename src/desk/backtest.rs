//! Before a changed rule set goes live, it decides again every stored ticket (its first message, as of its day of receipt) and
//! every labelled request; what it would do otherwise is told, the worst first. `guichet backtest` and the page of an uploaded set
//! call the same.

mod change;
mod judged;
mod replay;
mod report;
mod tally;
mod words;

pub use change::{Change, Group, Matched};
pub use judged::{Label, Standing};
pub use replay::{Pace, Sets, labelled, tickets};
pub use report::{Report, Source, Verdict};
pub use tally::{Moves, Precision, Tally};
