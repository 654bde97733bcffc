//! Tables.

use super::*;

#[test]
fn table_applied_twice_on_a_path_is_refused() {
    expect(
        Rule::AppliedTwice,
        "control Ingress / apply / statement 12: a packet can come to table `hosts` twice; apply it once, before the branches or in one of them",
        |program| {
            ingress(program).apply.push(Stmt::apply("hosts"));
        },
    );
}

#[test]
fn whole_header_as_a_key_is_refused() {
    expect(
        Rule::TableKey,
        "control Ingress / table hosts / key 2: `hdr.vlan` is header vlan_h; match on its fields, or on whether it is valid",
        |program| {
            table(program, "hosts").keys[1].expr = "hdr.vlan".into();
        },
    );
}

#[test]
fn prefix_beside_a_mask_is_refused() {
    expect(
        Rule::TableKey,
        "control Ingress / table hosts: a prefix beside a mask or range; make the prefix a ternary key with priorities",
        |program| {
            let hosts = table(program, "hosts");
            hosts.keys[0].kind = MatchKind::Lpm;
            hosts.keys[1].kind = MatchKind::Ternary;
        },
    );
}

#[test]
fn table_without_room_is_refused() {
    expect(
        Rule::TableSize,
        "control Ingress / table hosts: the table has room for no entry; give it a size of 1 or more",
        |program| {
            table(program, "hosts").size = 0.into();
        },
    );
}

#[test]
fn table_action_with_a_direction_is_refused() {
    expect(
        Rule::TableAction,
        "control Ingress / table ttl / action mark_ttl: parameter `is_low` has a direction, so that no entry can hold it; make it action data, or read the field in the body",
        |program| {
            action(program, "mark_ttl").params[0].direction = Direction::In;
        },
    );
}

#[test]
fn entry_with_an_action_that_the_table_lacks_is_refused() {
    expect(
        Rule::TableAction,
        "control Ingress / table ttl / entry 1: `drop` is not among the table's actions; add it",
        |program| {
            let entry = &mut table(program, "ttl").entries[0];
            entry.action = "drop".to_owned();
            entry.arguments.clear();
        },
    );
}

#[test]
fn default_action_that_the_table_lacks_is_refused() {
    expect(
        Rule::DefaultAction,
        "control Ingress / table ttl / default action: `drop` is not among the table's actions; add it, marked `@defaultonly` if it is no entry's",
        |program| {
            table(program, "ttl").default_action =
                Some(DefaultAction { action: "drop".to_owned(), arguments: Vec::new(), constant: true });
        },
    );
}

#[test]
fn table_without_a_default_action_is_refused() {
    expect(
        Rule::DefaultAction,
        "control Ingress / table ttl: the table says nothing of a packet that matches nothing; give it a default action, `NoAction` if need be",
        |program| {
            table(program, "ttl").default_action = None;
            ingress(program).apply[3] = Stmt::assign("ig_md.is_ttl_low", false);
        },
    );
}

#[test]
fn entry_with_too_many_values_is_refused() {
    expect(
        Rule::Entry,
        "control Ingress / table ttl / entry 1: 2 values for 1 key; give one for each, `_` where any will do",
        |program| {
            table(program, "ttl").entries[0].keysets.push(Keyset::Any);
        },
    );
}

#[test]
fn entry_wider_than_its_key_is_refused() {
    expect(
        Rule::Entry,
        "control Ingress / table ttl / entry 1 / key 1: 256 does not fit into the key's bit<8>; correct it",
        |program| {
            table(program, "ttl").entries[0].keysets[0] = Keyset::range(0, 256);
        },
    );
}

#[test]
fn mask_for_an_exact_key_is_refused() {
    expect(
        Rule::Entry,
        "control Ingress / table ttl / entry 1 / key 1: `0 &&& 254` for a key whose match is exact; change the one or the other",
        |program| {
            let ttl = table(program, "ttl");
            ttl.keys[0].kind = MatchKind::Exact;
            ttl.entries[0].keysets[0] = Keyset::mask(0, 0xfe);
        },
    );
}

#[test]
fn entry_that_is_there_already_is_refused() {
    expect(
        Rule::EntryTwice,
        "control Ingress / table ttl / entry 2: the entry matches the same as entry 1; leave one of them out",
        |program| {
            let ttl = table(program, "ttl");
            let entry = ttl.entries[0].clone();
            ttl.entries.push(entry);
        },
    );
}

#[test]
fn case_for_an_action_that_the_table_lacks_is_refused() {
    expect(
        Rule::TableAction,
        "control Ingress / apply / statement 10 / case send: table `ttl` has no action `send`; add it, or leave the case out",
        |program| {
            ingress(program).apply[9] = Switch::new("ttl").case("send", [Stmt::exit()]).into();
        },
    );
}
