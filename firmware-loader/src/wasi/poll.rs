//! `poll_oneoff`: waiting for times and descriptors.

use super::clock::{Clock, Clockid};
use super::descriptors::{Descriptor, Descriptors};
use super::errno::Errno;
use super::flags::{Subclockflags, flags};
use super::guest::{Guest, Step};
use super::wait::{self, Halt};
use super::{Snapshot, Wasi};
use crate::host::Memory;
use crate::interrupt::{Interrupt, TICK};
use rustix::event::{PollFd, PollFlags};
use rustix::fd::BorrowedFd;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most subscriptions of a call.
const SUBSCRIPTIONS: u32 = 1 << 16;
/// Bytes of an `event`.
const EVENT: u32 = 32;
/// `eventrwflags`: the end of what is read.
const HANGUP: u16 = 1;

/// `eventtype`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Eventtype {
    Clock = 0,
    FdRead = 1,
    FdWrite = 2,
}

/// What is waited for.
struct Subscription {
    userdata: u64,
    ty: Eventtype,
    /// Of a clock: when, in nanoseconds since the start of the program.
    deadline: u64,
    /// Of the others.
    fd: u32,
}

/// Where the fields of a `subscription` lie: the older one names the clock's once more.
struct Layout {
    size: u32,
    fd: usize,
    clock: usize,
}

impl Layout {
    const fn of(snapshot: Snapshot) -> Layout {
        match snapshot {
            Snapshot::Preview1 => Layout { size: 48, fd: 16, clock: 16 },
            Snapshot::Unstable => Layout { size: 56, fd: 16, clock: 24 },
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word))
}

fn wide(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |wide| u64::from_le_bytes(*wide))
}

impl Subscription {
    fn new(bytes: &[u8], layout: &Layout, clock: &Clock) -> Result<Subscription, Errno> {
        let ty = match bytes[8] {
            0 => Eventtype::Clock,
            1 => Eventtype::FdRead,
            2 => Eventtype::FdWrite,
            _ => return Err(Errno::Inval),
        };
        let (userdata, fd) = (wide(bytes, 0), word(bytes, layout.fd));
        let deadline = match ty {
            Eventtype::Clock => deadline(&bytes[layout.clock..], clock)?,
            Eventtype::FdRead | Eventtype::FdWrite => 0,
        };
        Ok(Subscription { userdata, ty, deadline, fd })
    }

    fn event(&self, flags: u16) -> [u8; EVENT as usize] {
        let mut bytes = [0; EVENT as usize];
        bytes[..8].copy_from_slice(&self.userdata.to_le_bytes());
        bytes[10] = self.ty as u8;
        // How much there is to read or write is not known but that it is something.
        bytes[16] = u8::from(self.ty != Eventtype::Clock);
        bytes[24..26].copy_from_slice(&flags.to_le_bytes());
        bytes
    }
}

/// When a `subscription_clock`, from its `id` on, comes due.
fn deadline(bytes: &[u8], clock: &Clock) -> Result<u64, Errno> {
    let (id, time) = (Clockid::new(word(bytes, 0))?, wide(bytes, 8));
    let absolute = flags::<Subclockflags>(word(bytes, 24) & 0xffff)?.contains(Subclockflags::ABSTIME);
    match (id, absolute) {
        (Clockid::Cpu, _) => Err(Errno::Inval),
        (Clockid::Monotonic, true) => Ok(time),
        (Clockid::Realtime, true) => Ok(clock.now().saturating_add(time.saturating_sub(clock.calendar()?))),
        (_, false) => Ok(clock.now().saturating_add(time)),
    }
}

/// What has to be ready for a subscription to a descriptor: `None` if it always is.
fn source(descriptor: &Descriptor, ty: Eventtype) -> Result<Option<(BorrowedFd<'_>, PollFlags)>, Errno> {
    let flags = if ty == Eventtype::FdWrite { PollFlags::OUT } else { PollFlags::IN };
    let fd = match (descriptor, ty) {
        (Descriptor::Input(input), Eventtype::FdRead) => input.descriptor(),
        (Descriptor::Output(output), Eventtype::FdWrite) => output.descriptor(),
        (Descriptor::File(file), _) => file.descriptor(),
        _ => return Err(Errno::Badf),
    };
    Ok(fd.map(|fd| (fd, flags)))
}

/// Which of the subscriptions are fulfilled, once one is.
fn fulfilled(
    subscriptions: &[Subscription],
    descriptors: &Descriptors,
    clock: &mut Clock,
    interrupt: &Interrupt,
) -> Result<Vec<bool>, Halt> {
    let (mut fds, mut places, mut earliest, mut now) = (Vec::new(), BTreeMap::new(), None, false);
    for subscription in subscriptions {
        let key = (subscription.fd, subscription.ty as u8);
        match subscription.ty {
            Eventtype::Clock => earliest = Some(earliest.unwrap_or(u64::MAX).min(subscription.deadline)),
            _ if places.contains_key(&key) => {}
            ty => match source(descriptors.look(subscription.fd)?, ty)? {
                Some((fd, flags)) => {
                    places.insert(key, fds.len());
                    fds.push(PollFd::from_borrowed_fd(fd, flags));
                }
                None => now = true,
            },
        }
    }
    loop {
        let time = match earliest {
            _ if now => Duration::ZERO,
            Some(deadline) => clock.patience(deadline),
            None => TICK,
        };
        if wait::poll(&mut fds, time, interrupt)? == 0
            && !now
            && let Some(deadline) = earliest
        {
            clock.skip(deadline);
        }
        let is_fulfilled = |subscription: &Subscription| match subscription.ty {
            Eventtype::Clock => subscription.deadline <= clock.now(),
            ty => places.get(&(subscription.fd, ty as u8)).is_none_or(|&place| !fds[place].revents().is_empty()),
        };
        let found: Vec<bool> = subscriptions.iter().map(is_fulfilled).collect();
        if found.contains(&true) {
            return Ok(found);
        }
    }
}

impl Wasi {
    pub(super) fn poll_oneoff<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        (list, events): (u32, u32),
        count: u32,
        to: u32,
    ) -> Step<M> {
        let layout = Layout::of(guest.snapshot);
        guest.place(list, u64::from(count) * u64::from(layout.size))?;
        guest.place(events, u64::from(count) * u64::from(EVENT))?;
        guest.place(to, 4)?;
        match count {
            0 => return Err(Errno::Inval.into()),
            1..=SUBSCRIPTIONS => {}
            _ => return Err(Errno::Nomem.into()),
        }
        let bytes = guest.read(list, count * layout.size)?;
        let subscriptions = bytes.chunks_exact(layout.size as usize);
        let subscriptions: Vec<Subscription> =
            subscriptions.map(|bytes| Subscription::new(bytes, &layout, &self.clock)).collect::<Result<_, _>>()?;
        let found = fulfilled(&subscriptions, &self.descriptors, &mut self.clock, guest.interrupt)?;
        let mut bytes = Vec::new();
        for (subscription, _) in subscriptions.iter().zip(found).filter(|(_, found)| *found) {
            let ends = match self.descriptors.look(subscription.fd) {
                Ok(Descriptor::File(file)) if subscription.ty == Eventtype::FdRead => file.is_at_end()?,
                _ => false,
            };
            bytes.extend(subscription.event(if ends { HANGUP } else { 0 }));
        }
        guest.write(events, &bytes)?;
        guest.put(to, bytes.len() as u32 / EVENT)
    }
}
