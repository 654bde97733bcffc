//! `redplane figures`, in short: files, columns, and what must hold of the numbers whatever they are.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::fs;

use support::{Folder, redplane, text};

/// Figure 15 with few points and short runs; a repeated write follows soon.
const SHORT: &[&str] = &[
    "fig15",
    "--rates",
    "0,50,100",
    "--losses",
    "0,2",
    "--duration",
    "300",
    "--warm-up",
    "200",
    "--resend-after",
    "100",
    "--no-series",
];

/// Runs figures into a folder; gives standard output.
fn figures(folder: &Folder, args: &[&str]) -> String {
    let output = folder.file("out");
    let words: Vec<_> = ["figures", "-o", &output].into_iter().chain(args.iter().copied()).collect();
    let output = redplane(&words);
    let (stdout, stderr) = text(&output);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    stdout
}

fn written(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.file(&format!("out/{name}"))).unwrap()
}

/// The lines of a CSV by the names of its columns.
struct Csv {
    columns: Vec<String>,
    lines: Vec<Vec<String>>,
}

impl Csv {
    fn of(text: &str) -> Csv {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let columns = cells(text.lines().next().unwrap());
        let lines: Vec<_> = text.lines().skip(1).map(cells).collect();
        assert!(lines.iter().all(|line| line.len() == columns.len()), "{text}");
        Csv { columns, lines }
    }

    fn cell<'a>(&self, line: &'a [String], column: &str) -> &'a str {
        let at = self.columns.iter().position(|known| known == column);
        &line[at.unwrap_or_else(|| panic!("no column {column} in {:?}", self.columns))]
    }

    fn number(&self, line: &[String], column: &str) -> f64 {
        self.cell(line, column).parse().unwrap()
    }

    /// The line of a rate and a loss.
    fn point(&self, rate: &str, loss: &str) -> &[String] {
        let is = |line: &&Vec<String>| {
            self.cell(line, "rate_gbit_s") == rate && self.cell(line, "loss_percent") == loss
        };
        self.lines.iter().find(is).unwrap()
    }
}

#[test]
fn copies_take_more_buffer_with_rate_and_with_loss_and_none_at_rest() {
    let folder = Folder::new("fig15");
    let stdout = figures(&folder, SHORT);
    for said in ["a copy", "way back of copies", "resend", "seed", "simulated", "published", "fig15.csv"] {
        assert!(stdout.contains(said), "{said} is missing:\n{stdout}");
    }
    let csv = Csv::of(&written(&folder, "fig15.csv"));
    assert_eq!(csv.lines.len(), 6);
    for column in ["mean_bytes", "peak_bytes", "requests", "outputs"] {
        assert_eq!(csv.number(csv.point("0", "0"), column), 0.0, "{column}");
    }
    let take = |rate, loss, column| csv.number(csv.point(rate, loss), column);
    for column in ["mean_bytes", "peak_bytes"] {
        for loss in ["0", "2"] {
            assert!(take("100", loss, column) > take("50", loss, column), "{column} at {loss} %");
            assert!(take("50", loss, column) > 0.0);
        }
        for rate in ["50", "100"] {
            assert!(take(rate, "2", column) > take(rate, "0", column), "{column} at {rate} Gbit/s");
        }
    }
    let (whole, lossy) = (csv.point("100", "0"), csv.point("100", "2"));
    assert_eq!((csv.cell(whole, "requests_lost"), csv.cell(whole, "resent")), ("0", "0"));
    assert!(csv.number(lossy, "requests_lost") > 0.0 && csv.number(lossy, "resent") > 0.0);
    assert!(csv.number(whole, "output_p50_ns") > 8_000.0, "no output is faster than the store");
    assert_eq!(csv.cell(whole, "paper_peak_bytes_at_most"), "1500");
    assert_eq!(csv.cell(csv.point("50", "2"), "paper_peak_bytes_at_most"), "");
    // Whole copies wait, of the length that is printed.
    let copy_bytes = csv.number(whole, "peak_bytes") / csv.number(whole, "peak_copies");
    assert!(stdout.contains(&format!("{copy_bytes} bytes: headers and message")), "{stdout}");
    assert!(written(&folder, "fig15.svg").contains("2 % of requests lost"));
}

#[test]
fn same_seed_gives_the_same_files_and_another_one_does_not() {
    let args = |seed| {
        let few = ["fig15", "--rates", "80", "--losses", "2", "--duration", "100", "--warm-up", "50"];
        [&few[..], &["--flows", "128", "--no-series", "--seed", seed]].concat()
    };
    let run = |folder: &Folder, seed| {
        figures(folder, &args(seed));
        let csv = written(folder, "fig15.csv");
        // The last column is the seed.
        csv.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    let (first, again, other) =
        (Folder::new("fig15-seed"), Folder::new("fig15-again"), Folder::new("fig15-other"));
    let lines = run(&first, "7");
    assert_eq!(lines, run(&again, "7"));
    assert_eq!(written(&first, "fig15.svg"), written(&again, "fig15.svg"));
    assert_ne!(lines, run(&other, "8"));
}

#[test]
fn programs_at_64k_flows_fit_eight_stages_without_ternary_memory() {
    let folder = Folder::new("table2");
    let stdout = figures(&folder, &["table2", "--table-flows", "65536"]);
    for said in ["ours: a model", "paper: Kim et al.", "compiler: ", "1,024 to 1,600 flows", "table2.svg"] {
        assert!(stdout.contains(said), "{said} is missing:\n{stdout}");
    }
    let csv = Csv::of(&written(&folder, "table2.csv"));
    let row = |name: &str| csv.lines.iter().find(|line| line[0] == name).unwrap();
    for program in ["NAT", "counter"] {
        let column = |what: &str| format!("ours {program} 65536 flows: {what}");
        for stages in ["Stages", "Stages ingress", "Stages egress"] {
            let (with, plain) =
                (csv.number(row(stages), &column("with")), csv.number(row(stages), &column("plain")));
            assert!(with <= 8.0 && plain <= with, "{program}: {stages}: {with}, without RedPlane {plain}");
        }
        assert_eq!(csv.number(row("TCAM"), &column("with")), 0.0, "{program}");
        assert!(csv.number(row("SRAM"), &column("added %")) > 0.0, "{program}");
    }
    assert_eq!(csv.cell(row("TCAM"), "paper: added %"), "11.8");
    assert_eq!(csv.cell(row("Stages"), "compiler prototype NAT: with"), "9");
    assert!(written(&folder, "table2.svg").contains("Match Crossbar"));
}

#[test]
fn numbers_that_no_run_can_be_made_with_are_refused_before_anything_is_written() {
    for (option, value) in [("--losses", "0,101"), ("--rates", "-1"), ("--round-trip", "0.1")] {
        let folder = Folder::new(&format!("refused{option}"));
        let output = folder.file("out");
        let output = redplane(&["figures", "fig15", "-o", &output, &format!("{option}={value}")]);
        let (_, stderr) = text(&output);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(option), "{stderr}");
        assert!(!fs::exists(folder.file("out")).unwrap());
    }
}
