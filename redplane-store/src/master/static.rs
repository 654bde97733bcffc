//! A list of replicas that never changes: no repair, no rejoin, and no other system.

use super::{Master, MasterError, Registration, Seen};
use crate::chain::{Member, MemberId, View};
use std::net::SocketAddr;

/// View 1 for ever.
///
/// While one of its replicas is down the group is silent, for no change can be on every replica. A replica that was started again has
/// lost what it knew and is never accepted by its neighbours, who know the life before: the whole group has to be started anew,
/// without its state.
#[derive(Debug)]
pub struct StaticMaster {
    view: View,
}

impl StaticMaster {
    /// A group of the replicas at these addresses, the head first. Its members are called by their place in the list.
    #[must_use]
    pub fn new(replicas: &[SocketAddr]) -> Self {
        let member = |(place, address): (u64, &SocketAddr)| Member {
            id: MemberId(place),
            name: format!("replica-{place}"),
            address: *address,
        };
        Self { view: View::first((0..).zip(replicas).map(member).collect()) }
    }

    /// One of the list.
    #[must_use]
    pub fn member(&self, place: usize) -> Option<&Member> {
        self.view.members.get(place)
    }
}

impl Master for StaticMaster {
    fn register(&mut self, _: Registration) {}

    fn beat(&mut self) -> Result<Seen, MasterError> {
        Ok(Seen { view: Some(self.view.clone()), ..Seen::default() })
    }

    fn admit(&mut self, _: &View, _: &Member) -> Result<View, MasterError> {
        Err(MasterError::Refused("a static group takes no replica in".to_owned()))
    }

    fn leave(&mut self) -> Result<Option<View>, MasterError> {
        Ok(Some(self.view.clone()))
    }

    fn name(&self) -> &'static str {
        "static"
    }
}
