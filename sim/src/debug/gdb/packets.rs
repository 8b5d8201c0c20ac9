//! Bytes of the GDB remote protocol as packets, and answers as bytes.

use gdbstub::conn::Connection;
use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{self, Write};
use std::net::TcpStream;
use std::rc::Rc;

/// Bytes of a packet at most; clients are told of 4,096.
const MOST: usize = 1 << 14;

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// With its frame, and right as that says.
    Whole(Vec<u8>),
    /// The sum does not fit the contents, or they are too long.
    Damaged,
    /// The last answer was damaged.
    Again,
    /// Outside of packets: the program shall stop.
    Stop,
}

/// Where in a packet a byte comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Outside,
    Contents,
    /// So many digits of the sum are to come.
    Sum(u8),
}

/// Puts packets together.
#[derive(Default)]
pub(super) struct Frames {
    place: Place,
    bytes: Vec<u8>,
}

impl Frames {
    /// Takes a byte. Gives what is whole with it.
    pub fn push(&mut self, byte: u8) -> Option<Packet> {
        if self.place == Place::Outside {
            self.bytes.clear();
        }
        if self.bytes.len() <= MOST {
            self.bytes.push(byte);
        }
        self.place = match (self.place, byte) {
            (Place::Outside, 0x03) => return Some(Packet::Stop),
            (Place::Outside, b'-') => return Some(Packet::Again),
            (Place::Outside, b'$') => Place::Contents,
            (Place::Contents, b'#') => Place::Sum(2),
            (Place::Sum(2..), _) => Place::Sum(1),
            (Place::Sum(_), _) => {
                self.place = Place::Outside;
                let bytes = std::mem::take(&mut self.bytes);
                return Some(if is_right(&bytes) { Packet::Whole(bytes) } else { Packet::Damaged });
            }
            (same, _) => same,
        };
        None
    }
}

/// Whether the sum behind the contents is theirs.
fn is_right(packet: &[u8]) -> bool {
    let [b'$', contents @ .., b'#', high, low] = packet else { return false };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let stated = digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low);
    packet.len() <= MOST && stated == Some(sum(contents).into())
}

fn sum(contents: &[u8]) -> u8 {
    contents.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// A packet with these contents.
pub(super) fn framed(contents: &str) -> Vec<u8> {
    format!("${contents}#{:02x}", sum(contents.as_bytes())).into_bytes()
}

/// Answers, kept until they are sent, and the last one until the next. Clones are the same.
#[derive(Clone)]
pub(super) struct Answers(Rc<RefCell<Outgoing>>);

struct Outgoing {
    stream: TcpStream,
    bytes: Vec<u8>,
    last: Vec<u8>,
}

impl Answers {
    pub fn new(stream: TcpStream) -> Answers {
        Answers(Rc::new(RefCell::new(Outgoing { stream, bytes: Vec::new(), last: Vec::new() })))
    }

    /// Adds to what is sent next.
    pub fn push(&self, bytes: &[u8]) {
        self.0.borrow_mut().bytes.extend_from_slice(bytes);
    }

    /// Forgets what was to be sent.
    pub fn clear(&self) {
        self.0.borrow_mut().bytes.clear();
    }

    pub fn send(&self) -> io::Result<()> {
        let Outgoing { stream, bytes, last } = &mut *self.0.borrow_mut();
        Write::write_all(stream, bytes)?;
        if let Some(begin) = bytes.iter().position(|&byte| byte == b'$') {
            *last = bytes.split_off(begin);
        }
        bytes.clear();
        Ok(())
    }

    pub fn send_again(&self) -> io::Result<()> {
        let Outgoing { stream, last, .. } = &mut *self.0.borrow_mut();
        Write::write_all(stream, last)
    }
}

impl Connection for Answers {
    type Error = Infallible;

    fn write(&mut self, byte: u8) -> Result<(), Infallible> {
        self.push(&[byte]);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(bytes: &[u8]) -> Vec<Packet> {
        let mut frames = Frames::default();
        bytes.iter().filter_map(|&byte| frames.push(byte)).collect()
    }

    #[test]
    fn packets_are_told_from_what_is_damaged() {
        assert_eq!(packets(b"+$?#3f+"), [Packet::Whole(b"$?#3f".to_vec())]);
        assert_eq!(packets(b"x-$?#3F\x03"), [Packet::Again, Packet::Whole(b"$?#3F".to_vec()), Packet::Stop]);
        for damaged in ["$?#3e", "$?#zz", "$?##3", "$#+0"] {
            let found = packets(&[damaged.as_bytes(), b"$#00"].concat());
            assert_eq!(found, [Packet::Damaged, Packet::Whole(b"$#00".to_vec())], "{damaged}");
        }
        let long = [&b"$"[..], &[b'a'; MOST], b"#00", b"$#00"].concat();
        assert_eq!(packets(&long), [Packet::Damaged, Packet::Whole(b"$#00".to_vec())]);
        assert_eq!(framed("?"), b"$?#3f");
    }
}
