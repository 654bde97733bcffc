//! The control plane's own tests, which are Python: run with the interpreter of this machine.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

#[test]
fn control_plane_passes_its_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("control");
    let python = Command::new("python3")
        .args(["-W", "error", "-m", "unittest", "discover", "-s", "tests", "-t", "."])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder)
        .output();
    match python {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) if error.kind() == ErrorKind::NotFound => println!("not run: there is no python3"),
        Err(error) => panic!("python3 cannot be run: {error}"),
    }
}
