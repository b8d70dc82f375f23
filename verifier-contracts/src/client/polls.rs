//! Polls: what is asked, and under which rule. A poll's election is read and voted in like a proposal's, through
//! [`Dao::polls`](super::Dao::polls).

use alloy::primitives::{Address, B256, U256, aliases::U48};
use tabella_circuits::voting::rule::Rule;

use super::Dao;
use crate::bindings::{IBallotBox, IPollBox};
use crate::call::Call;
use crate::chain::{Found, bad_answer};
use crate::error::ChainError;

/// What a poll is held with. Times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollSettings {
    /// The rule; its electorate's kind is the chain's business and is not sent.
    pub rule: Rule,
    /// The Committee's term: [`crate::deployment::Polls::term`], unless a newer one was opened.
    pub term: u64,
    /// The second whose electorate votes; ballots are taken after it.
    pub opens: u64,
    /// First second in which ballots are not taken.
    pub closes: u64,
    /// From `closes` to the last second for a tally.
    pub tally_period: u32,
    /// Fewest ballots that are ever opened, at least 2.
    pub min_turnout: u32,
}

/// A poll that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Its id, which is its election's.
    pub id: U256,
    /// Who created it.
    pub creator: Address,
    /// What is asked.
    pub description: String,
    /// What it is held with; the rule's kind of electorate is the chain's.
    pub settings: PollSettings,
    /// The transaction that created it.
    pub transaction: B256,
}

impl Poll {
    /// The description's first line, without a leading `#`.
    pub fn title(&self) -> &str {
        self.description.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

impl Dao {
    /// The call that creates a poll; for the role POLLSTER. Call it on [`Dao::polls`].
    ///
    /// # Errors
    /// A time does not fit 48 bits.
    pub fn create_poll(&self, description: &str, settings: &PollSettings) -> Result<Call, ChainError> {
        let time = |what: &str, x: u64| {
            if x >> 48 == 0 { Ok(U48::from(x)) } else { Err(bad_answer(what, format!("{x} does not fit 48 bits"))) }
        };
        let config = IPollBox::PollConfig {
            // The weighted bit is the Electorate's.
            rule: settings.rule.word() & !1,
            term: settings.term,
            opens: time("opens", settings.opens)?,
            closes: time("closes", settings.closes)?,
            tallyPeriod: settings.tally_period,
            minTurnout: settings.min_turnout,
        };
        Ok(self.box_call(&IPollBox::createCall { description: description.to_owned(), config }))
    }

    /// The call that opens the election of a poll or a proposal; anyone may.
    pub fn open_election(&self, id: U256) -> Call {
        self.box_call(&IBallotBox::openCall { proposalId: id })
    }

    /// Every poll, oldest first. Call it on [`Dao::polls`].
    ///
    /// # Errors
    /// The node's failures, or an event that cannot be read.
    pub async fn all_polls(&self) -> Result<Vec<Poll>, ChainError> {
        let (at, from) = (self.seat().address, self.deployment.block);
        let events = self.chain.events::<IPollBox::PollCreated>(at, from, None).await?;
        events.into_iter().map(|found| self.poll_of(found)).collect()
    }

    /// The poll with this id, if there is one. Call it on [`Dao::polls`].
    ///
    /// # Errors
    /// As [`Dao::all_polls`].
    pub async fn poll(&self, id: U256) -> Result<Option<Poll>, ChainError> {
        Ok(self.all_polls().await?.into_iter().find(|poll| poll.id == id))
    }

    fn poll_of(&self, found: Found<IPollBox::PollCreated>) -> Result<Poll, ChainError> {
        let (event, weighted) = (found.event, u64::from(self.deployment.weighted));
        let config = event.config;
        let rule = Rule::from_word(config.rule | weighted);
        let settings = PollSettings {
            rule: rule.map_err(|error| bad_answer("PollCreated", error.to_string()))?,
            term: config.term,
            opens: config.opens.to(),
            closes: config.closes.to(),
            tally_period: config.tallyPeriod,
            min_turnout: config.minTurnout,
        };
        let (id, creator, description) = (event.pollId, event.creator, event.description);
        Ok(Poll { id, creator, description, settings, transaction: found.transaction })
    }
}
