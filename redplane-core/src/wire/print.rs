//! Every message in one line that a person can read.

use core::fmt;

use super::{Body, Message, ParseError};

impl fmt::Display for Message<'_> {
    /// `Write schema=1 switch=2.7 key=0a000001.00000050 epoch=3 seq=9 t=1234 state=[00000005] +64B resent`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = self.flags();
        write!(
            f,
            "{} schema={} switch={}.{} key=",
            self.kind().name(),
            self.schema(),
            self.switch(),
            self.incarnation()
        )?;
        separated(f, self.key(), ".")?;
        write!(f, " epoch={} seq={} t={}", self.epoch(), self.seq(), self.timestamp().raw())?;
        match self.body() {
            Body::Empty => {}
            Body::State(state) => {
                f.write_str(" state=[")?;
                separated(f, state, " ")?;
                f.write_str("]")?;
            }
            Body::Slots { range, base, marks, values } => {
                write!(f, " slots={}+{}", range.first, range.count)?;
                if base != self.seq().raw() {
                    write!(f, " base={base} marks=[")?;
                    separated(f, marks, " ")?;
                    f.write_str("]")?;
                }
                f.write_str(" values=[")?;
                separated(f, values, " ")?;
                f.write_str("]")?;
            }
            Body::Range(range) => write!(f, " slots={}+{}", range.first, range.count)?,
            Body::Refusal(why) => write!(f, " why={}", why.name())?,
        }
        if let Some(packet) = self.piggyback() {
            write!(f, " port={} +{}B", flags.port(), packet.len())?;
        }
        for (set, name) in [
            (flags.migrated(), " migrated"),
            (flags.retransmission(), " resent"),
            (flags.tag(), " tagged"),
            (flags.more(), " more"),
        ] {
            if set {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Message<'_> {
    /// The same as far as a log needs it: not the state, which may be long.
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "{=str} schema={=u8} switch={=u16}",
            self.kind().name(),
            self.schema(),
            self.switch()
        );
        defmt::write!(f, ".{=u16} key=", self.incarnation().raw());
        for word in self.key() {
            defmt::write!(f, "{=u32:08x}", word.get());
        }
        let (epoch, seq, sent) = (self.epoch().raw(), self.seq().raw(), self.timestamp().raw());
        defmt::write!(f, " epoch={=u32} seq={=u32} t={=u32}", epoch, seq, sent);
        if let Body::Refusal(why) = self.body() {
            defmt::write!(f, " why={}", why);
        }
        if let Some(packet) = self.piggyback() {
            defmt::write!(f, " +{=usize}B", packet.len());
        }
    }
}

fn separated(
    f: &mut fmt::Formatter<'_>,
    words: &[zerocopy::byteorder::network_endian::U32],
    separator: &str,
) -> fmt::Result {
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{:08x}", word.get())?;
    }
    Ok(())
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "shorter than its header, key and body",
            Self::Version => "of another version of the protocol",
            Self::Kind => "of a kind that does not exist",
            Self::Schema => "of a schema that is not configured",
            Self::Flags => "with flags that do not go together",
            Self::TrailingBytes => "followed by bytes that nothing announces",
        })
    }
}

impl core::error::Error for ParseError {}
