//! The captures of a folder, as frames.

use std::path::{Path, PathBuf};

use redplane_linux::capture::Capture;

/// A capture that could be read, all or in part.
#[derive(Clone, Debug)]
pub struct Frames {
    /// The file.
    pub path: PathBuf,
    /// Its frames, as far as they were captured.
    pub frames: Vec<Vec<u8>>,
    /// Why there are not more.
    pub fault: Option<String>,
}

/// All captures of a folder and the folders in it, in the order of their names: files named `*.pcap`, `*.pcapng` or `*.cap`, gzipped
/// or not.
///
/// # Errors
/// The folder cannot be read. A capture that cannot is one without frames.
pub fn captures_in(folder: &Path) -> std::io::Result<Vec<Frames>> {
    let mut files = vec![];
    find(folder, &mut files)?;
    files.sort();
    Ok(files.into_iter().map(read).collect())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        if [".pcap", ".pcapng", ".cap"].iter().any(|end| name.ends_with(end)) {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: PathBuf) -> Frames {
    let mut frames = vec![];
    let mut fill = || {
        let mut capture = Capture::open(&path)?;
        while let Some(frame) = capture.next_frame()? {
            frames.push(frame.bytes.to_vec());
        }
        Ok::<_, redplane_linux::capture::CaptureError>(())
    };
    let fault = fill().err().map(|error| error.to_string());
    Frames { path, frames, fault }
}
