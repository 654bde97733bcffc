//! Who is in a chain, and in which order (RP-CH-2).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;

/// Most members of a view.
pub const MEMBERS_MAX: usize = 8;

/// One life of a replica: another process, or the same one after a restart, is another member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MemberId(pub u64);

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A replica: a server with all its shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which life of it.
    pub id: MemberId,
    /// What people call it.
    pub name: String,
    /// Where its first shard listens; the others are on the ports above.
    pub address: SocketAddr,
}

impl Member {
    /// Where one of its shards listens.
    #[must_use]
    pub fn shard_address(&self, shard: u16) -> SocketAddr {
        SocketAddr::new(self.address.ip(), self.address.port().wrapping_add(shard))
    }
}

/// The members of a chain, decided by the configuration master alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Grows by one with each decision; the first is 1.
    pub number: u64,
    /// Head first, tail last.
    pub members: Vec<Member>,
}

impl View {
    /// The first view of a new group.
    #[must_use]
    pub fn first(members: Vec<Member>) -> Self {
        Self { number: 1, members }
    }

    /// Where a member stands, counted from the head.
    #[must_use]
    pub fn position(&self, id: MemberId) -> Option<usize> {
        self.members.iter().position(|member| member.id == id)
    }

    /// Who decides.
    #[must_use]
    pub fn head(&self) -> Option<&Member> {
        self.members.first()
    }

    /// Who commits.
    #[must_use]
    pub fn tail(&self) -> Option<&Member> {
        self.members.last()
    }

    /// The view after this one without those members that `is_dead`; `None` if nothing changes, or if nobody would be left: what
    /// the last one knows, nobody else does.
    #[must_use]
    pub fn without(&self, is_dead: impl Fn(&Member) -> bool) -> Option<Self> {
        let members: Vec<_> = self.members.iter().filter(|member| !is_dead(member)).cloned().collect();
        let changes = members.len() != self.members.len() && !members.is_empty();
        changes.then(|| Self { number: self.number + 1, members })
    }

    /// The view after this one with a new tail (RP-CH-4).
    #[must_use]
    pub fn with_tail(&self, joiner: Member) -> Self {
        let mut members = self.members.clone();
        members.push(joiner);
        Self { number: self.number + 1, members }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "view {}:", self.number)?;
        for member in &self.members {
            write!(f, " {}@{}", member.name, member.address)?;
        }
        Ok(())
    }
}
