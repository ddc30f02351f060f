//! The machine that the figures belong to.

use std::path::Path;
use std::process::Command;

/// Describes processor, memory, system and the file system under `folder` in one line.
pub(crate) fn describe(folder: &Path) -> String {
    let processor = first_field("/proc/cpuinfo", "model name")
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = first_field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(
            || "unknown memory".to_owned(),
            |kib| format!("{} GiB", kib.div_ceil(1 << 20)),
        );
    let kernel = said("uname", &["-sr"]);
    let disk = said("df", &["--output=fstype", &folder.to_string_lossy()]);
    let disk = disk.lines().last().unwrap_or("an unknown file system");
    let compiler = said("rustc", &["--version"]);
    format!("{processor}, {cores} cores, {memory}; {kernel}; data on {disk}; {compiler}")
}

fn first_field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':')
        .map(|(_, value)| value.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| format!("unknown {program}"))
}
