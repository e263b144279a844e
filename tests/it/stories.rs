//! Stories from entrance to reply: each on both databases, over a real SMTP conversation, with a clock that the story
//! moves. What is asserted is what people see: the mail that left, the list, the ticket page's file.

mod answered;
mod archived;
mod backtest;
mod bounces;
mod breaker;
mod contracts;
mod correct;
mod corrected_rows;
mod corrections;
mod delivery;
mod directory;
mod explain;
mod forged;
mod form;
mod forwards;
mod hand_over;
mod identity;
mod mail;
mod memory;
mod notices;
mod objection;
mod observe;
mod opening;
mod pace;
mod rest;
mod routed;
mod same;
mod sent;
mod teaching;
mod texts;
mod third_party;
mod threads;
mod trouble;
mod undelivered;
mod working;
