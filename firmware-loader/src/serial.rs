//! Serial ports.

use crate::line::Line;
use crate::session::LinkError;
use serialport::{ClearBuffer, DataBits, ErrorKind, FlowControl, Parity, SerialPort, SerialPortType, StopBits};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// An open serial port.
pub struct SerialLine {
    port: Box<dyn SerialPort>,
    baud: u32,
    start: Instant,
}

impl SerialLine {
    /// Opens a port with 8 data bits, no parity and one stop bit, and drops what has come before.
    pub fn open(path: &str, baud: u32) -> Result<SerialLine, LinkError> {
        let opened = serialport::new(path, baud)
            .data_bits(DataBits::Eight)
            .parity(Parity::None)
            .stop_bits(StopBits::One)
            .flow_control(FlowControl::None)
            .open();
        let mut port = opened.map_err(|e| match e.kind() {
            // That of a lock; a port that is not there is another kind on Unix.
            ErrorKind::NoDevice if cfg!(unix) => LinkError::InUse(path.into()),
            _ => LinkError::Open { path: path.into(), reason: e.to_string() },
        })?;
        // Some boards hold the chip in reset with these. Pseudo-terminals have no such wires and answer with an error
        // that means nothing.
        let _ = port.write_data_terminal_ready(true);
        let _ = port.write_request_to_send(true);
        let _ = port.clear(ClearBuffer::Input);
        Ok(SerialLine { port, baud, start: Instant::now() })
    }

    /// Whether the other end is a program, such as a simulated board with a time of its own.
    pub fn is_pseudo_terminal(&self) -> bool {
        let path = self.port.name().and_then(|name| std::fs::canonicalize(name).ok());
        path.is_some_and(|path| path.starts_with("/dev/pts"))
    }

    /// Does something as soon as the port is ready for it; 0 if it is not in time, or a signal came before.
    fn until(
        &mut self,
        deadline: Duration,
        act: impl FnOnce(&mut dyn SerialPort) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let left = deadline.saturating_sub(self.now());
        self.port.set_timeout(left.max(Duration::from_millis(1))).map_err(io::Error::from)?;
        match act(&mut *self.port) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(e) if matches!(e.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => Ok(0),
            result => result,
        }
    }
}

impl Line for SerialLine {
    fn baud(&self) -> u32 {
        self.baud
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wait(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn send(&mut self, bytes: &[u8], deadline: Duration) -> io::Result<usize> {
        self.until(deadline, |port| port.write(bytes))
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> io::Result<usize> {
        self.until(deadline, |port| port.read(bytes))
    }
}

/// A port that a board may be at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub path: String,
    /// Maker and product, as far as known.
    pub description: String,
}

/// The serial ports of this machine.
pub fn devices() -> Result<Vec<Device>, LinkError> {
    let ports = serialport::available_ports().map_err(|e| LinkError::Ports(e.to_string()))?;
    let describe = |kind: SerialPortType| match kind {
        SerialPortType::UsbPort(usb) => {
            let names: Vec<String> = [usb.manufacturer, usb.product].into_iter().flatten().collect();
            format!("USB {:04x}:{:04x} {}", usb.vid, usb.pid, names.join(" ")).trim_end().to_string()
        }
        SerialPortType::PciPort => "PCI".into(),
        SerialPortType::BluetoothPort => "Bluetooth".into(),
        SerialPortType::Unknown => String::new(),
    };
    let mut devices: Vec<_> =
        ports.into_iter().map(|p| Device { path: p.port_name, description: describe(p.port_type) }).collect();
    devices.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(devices)
}
