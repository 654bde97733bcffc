//! No output before durability, and no lost acked write.

use crate::sim::register::Output;

/// What is durable of a flow.
#[derive(Clone, Copy, Debug)]
pub struct Committed {
    /// Writes that it has had.
    pub count: u32,
    /// The packet that made the last of them.
    pub writer: u16,
    /// Life of the flow.
    pub life: u16,
}

impl From<[u32; 3]> for Committed {
    /// From the register's state.
    fn from([count, writer, life]: [u32; 3]) -> Self {
        Self { count, writer: writer as u16, life: life as u16 }
    }
}

/// Checks an output as it leaves a switch: what it shows is durable. `durable` is the flow's newest record in the committed log.
pub fn check(output: &Output, durable: Option<Committed>) -> Result<(), String> {
    match durable {
        // An output of an earlier life may be late; its record is gone, and was durable.
        Some(durable) if durable.life > output.life => Ok(()),
        Some(durable) if durable.life == output.life && durable.count > output.count => Ok(()),
        Some(Committed { count, writer, life })
            if (count, writer, life) == (output.count, output.writer, output.life) =>
        {
            Ok(())
        }
        None if output.count == 0 => Ok(()),
        durable => Err(format!("{output:?} left, but durable is {durable:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_ahead_of_the_log_is_found() {
        let output = Output { id: 1, count: 3, writer: 1, life: 1 };
        let same = Committed { count: 3, writer: 1, life: 1 };
        check(&output, Some(same)).unwrap();
        check(&output, Some(Committed { count: 4, writer: 9, ..same })).unwrap();
        check(&output, Some(Committed { count: 0, writer: 0, life: 2 })).unwrap();
        assert!(check(&output, Some(Committed { count: 2, ..same })).is_err());
        assert!(check(&output, Some(Committed { writer: 9, ..same })).is_err());
        assert!(check(&output, None).is_err());
    }
}
