//! The tables, and how an older database comes to have them.

/// The schema version that this build writes and reads.
pub(super) const SCHEMA: i64 = 9;

/// What takes an empty database, or one of an older schema, to this build's: the statements of
/// each step, with the database's words for bytes, for a growing row number, and for one that never
/// comes back after its row is deleted, since someone outside may have seen it.
pub(super) fn steps(found: i64, bytes: &str, [row, seen]: [&str; 2]) -> String {
    let steps = [
        super::sql::TABLES,
        NETWORK,
        EDITION,
        QUOTAS,
        BINDINGS,
        RULES,
        BOUND_SHARES,
        PROOFS,
        REFUSED_CLAIMS,
    ];
    let done = usize::try_from(found).unwrap_or(0);
    let wanted: String = steps.into_iter().skip(done).collect();
    wanted
        .replace("BYTES", bytes)
        .replace("ROW_NUMBER", row)
        .replace("SEEN_NUMBER", seen)
}

/// Schema 5: one account a member, by one device; and who accepted an invitation, kept beside it
/// until the record admits them.
///
/// Invitations last three days, so those of before are not carried over. An older row of a member
/// names no device; its next claim does.
const BINDINGS: &str = "
DROP TABLE invitations;
CREATE TABLE invitations (
    invitation BYTES PRIMARY KEY,
    account BYTES NOT NULL,
    space BYTES NOT NULL,
    offer BYTES NOT NULL,
    state BIGINT NOT NULL,
    answer BYTES NOT NULL,
    expires BIGINT NOT NULL,
    guest BYTES NOT NULL,
    member BYTES NOT NULL
);
CREATE INDEX invitations_of_account ON invitations (account);
CREATE INDEX invitations_of_member ON invitations (space, member) WHERE length(member) > 0;
CREATE INDEX invitations_of_guest ON invitations (guest) WHERE length(guest) > 0;
ALTER TABLE members RENAME TO old_members;
CREATE TABLE members (
    account BYTES NOT NULL,
    space BYTES NOT NULL,
    member BYTES NOT NULL,
    device BYTES NOT NULL,
    PRIMARY KEY (account, space)
);
INSERT INTO members (account, space, member, device)
    SELECT account, space, member, member FROM old_members AS old WHERE NOT EXISTS (
        SELECT 1 FROM old_members AS others WHERE others.space = old.space
        AND others.member = old.member AND others.account < old.account
    );
DROP TABLE old_members;
CREATE UNIQUE INDEX members_of_space ON members (space, member);
CREATE INDEX members_by_device ON members (space, device);
";

/// Schema 2: the directory and bookings, see `docs/protocol/booking.md`.
///
/// Nothing is ever absent: zero or no bytes stand for what is not there.
const NETWORK: &str = "
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE TABLE operators (
    account BYTES PRIMARY KEY
);
CREATE TABLE audit (
    number SEEN_NUMBER,
    actor BYTES NOT NULL,
    provider BIGINT NOT NULL,
    act BIGINT NOT NULL,
    booking BYTES NOT NULL,
    detail TEXT NOT NULL,
    day BIGINT NOT NULL
);
CREATE INDEX audit_of_provider ON audit (provider, number);
CREATE TABLE providers (
    provider BIGINT PRIMARY KEY,
    npi BIGINT NOT NULL,
    account BYTES NOT NULL,
    state BIGINT NOT NULL,
    version BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    reason TEXT NOT NULL,
    states BIGINT NOT NULL,
    listing BYTES NOT NULL
);
CREATE UNIQUE INDEX providers_of_npi ON providers (npi) WHERE npi <> 0;
CREATE UNIQUE INDEX providers_of_account ON providers (account) WHERE length(account) > 0;
CREATE INDEX providers_in_state ON providers (state, provider);
CREATE TABLE provider_states (
    place BIGINT NOT NULL,
    provider BIGINT NOT NULL,
    PRIMARY KEY (place, provider)
);
CREATE INDEX states_of_provider ON provider_states (provider);
CREATE TABLE touched (
    provider BIGINT PRIMARY KEY,
    minute BIGINT NOT NULL
);
CREATE INDEX touched_at ON touched (minute);
CREATE TABLE plans (
    plan BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    payer TEXT NOT NULL,
    states BIGINT NOT NULL,
    couples BIGINT NOT NULL
);
CREATE TABLE acceptances (
    provider BIGINT NOT NULL,
    plan BIGINT NOT NULL,
    place BIGINT NOT NULL,
    formats BIGINT NOT NULL,
    from_day BIGINT NOT NULL,
    until_day BIGINT NOT NULL,
    PRIMARY KEY (provider, plan, place)
);
CREATE TABLE evidence (
    provider BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (provider, kind, minute)
);
CREATE TABLE attempts (
    day BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    part BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, kind, part)
);
CREATE TABLE reports (
    provider BIGINT NOT NULL,
    reporter BYTES NOT NULL,
    day BIGINT NOT NULL,
    what BIGINT NOT NULL,
    PRIMARY KEY (provider, reporter, day)
);
CREATE TABLE imported (
    name TEXT PRIMARY KEY,
    kind BIGINT NOT NULL,
    provider BIGINT NOT NULL,
    body BYTES NOT NULL
);
CREATE TABLE checkpoints (
    source TEXT PRIMARY KEY,
    place BYTES NOT NULL
);
CREATE TABLE calendars (
    provider BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    hours BYTES NOT NULL,
    feed TEXT NOT NULL,
    read BIGINT NOT NULL,
    due BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE busy (
    provider BIGINT NOT NULL,
    source BIGINT NOT NULL,
    start BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (provider, source, start)
);
CREATE TABLE quotes (
    provider BIGINT NOT NULL,
    quote BYTES NOT NULL,
    bytes BYTES NOT NULL,
    until_day BIGINT NOT NULL,
    PRIMARY KEY (provider, quote)
);
CREATE TABLE bookings (
    booking BYTES PRIMARY KEY,
    provider BIGINT NOT NULL,
    state BIGINT NOT NULL,
    start BIGINT NOT NULL,
    until BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    root BYTES NOT NULL,
    earlier BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    quote BYTES NOT NULL,
    quote_bytes BYTES NOT NULL,
    details BYTES NOT NULL
);
CREATE INDEX bookings_of_provider ON bookings (provider, start, booking);
CREATE INDEX bookings_due_of_provider ON bookings (provider, until) WHERE until > 0;
CREATE INDEX bookings_due ON bookings (until) WHERE until > 0;
CREATE TABLE changes (
    booking BYTES NOT NULL,
    sequence BIGINT NOT NULL,
    change BYTES NOT NULL,
    PRIMARY KEY (booking, sequence)
);
CREATE TABLE booking_clients (
    client BYTES NOT NULL,
    booking BYTES NOT NULL,
    place BIGINT NOT NULL,
    note BYTES NOT NULL,
    PRIMARY KEY (client, booking)
);
CREATE INDEX clients_of_booking ON booking_clients (booking);
CREATE TABLE cells (
    provider BIGINT NOT NULL,
    cell BIGINT NOT NULL,
    layer BIGINT NOT NULL,
    booking BYTES NOT NULL,
    PRIMARY KEY (provider, cell, layer)
);
CREATE INDEX cells_of_booking ON cells (booking);
CREATE TABLE client_cells (
    client BYTES NOT NULL,
    cell BIGINT NOT NULL,
    booking BYTES NOT NULL,
    PRIMARY KEY (client, cell)
);
CREATE INDEX client_cells_of_booking ON client_cells (booking);
CREATE TABLE live_holds (
    client BYTES PRIMARY KEY,
    booking BYTES NOT NULL
);
CREATE TABLE waitlist (
    entry BYTES PRIMARY KEY,
    provider BIGINT NOT NULL,
    client BYTES NOT NULL,
    since BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    with_partner BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    windows BYTES NOT NULL,
    until BIGINT NOT NULL,
    offered BYTES NOT NULL,
    passed BYTES NOT NULL,
    place BIGINT NOT NULL,
    details BYTES NOT NULL,
    UNIQUE (provider, client)
);
CREATE INDEX waitlist_in_order ON waitlist (provider, priority, since);
CREATE INDEX waitlist_of_client ON waitlist (client);
CREATE INDEX waitlist_offered ON waitlist (offered) WHERE length(offered) > 0;
CREATE TABLE reminders (
    booking BYTES NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    leased BIGINT NOT NULL,
    PRIMARY KEY (booking, version, at)
);
CREATE INDEX reminders_due ON reminders (at);
CREATE TABLE notices (
    number SEEN_NUMBER,
    client BYTES NOT NULL,
    kind BIGINT NOT NULL,
    booking BYTES NOT NULL,
    version BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    UNIQUE (client, booking, kind, version, minute)
);
CREATE INDEX notices_of_booking ON notices (booking);
CREATE TABLE feeds (
    secret BYTES PRIMARY KEY,
    provider BIGINT NOT NULL,
    client BYTES NOT NULL,
    UNIQUE (provider, client)
);
CREATE TABLE kept_answers (
    owner BYTES NOT NULL,
    name BYTES NOT NULL,
    request BYTES NOT NULL,
    answer BYTES NOT NULL,
    booking BYTES NOT NULL,
    minute BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
);
CREATE INDEX kept_answers_of_booking ON kept_answers (booking) WHERE length(booking) > 0;
CREATE INDEX kept_answers_of_minute ON kept_answers (minute);
";

/// Schema 7: which entry of a member binds a share to a question first, see
/// `docs/protocol/envelope.md`, section "Referee".
const BOUND_SHARES: &str = "
CREATE TABLE bindings (
    space BYTES NOT NULL,
    question BYTES NOT NULL,
    member BYTES NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (space, question, member)
);
";

/// Schema 3: the edition of the directory that all servers of a database give out, and the order in
/// which people joined a waiting list.
const EDITION: &str = "
CREATE TABLE edition (
    one BIGINT PRIMARY KEY,
    serial BIGINT NOT NULL,
    made BIGINT NOT NULL,
    stale BIGINT NOT NULL,
    file BYTES NOT NULL,
    listed BYTES NOT NULL,
    holder BYTES NOT NULL,
    until BIGINT NOT NULL,
    wanted BIGINT NOT NULL
);
CREATE TABLE edition_files (
    name BYTES PRIMARY KEY,
    plain BYTES NOT NULL,
    brotli BYTES NOT NULL,
    ended BIGINT NOT NULL
);
CREATE INDEX edition_files_ended ON edition_files (ended) WHERE ended > 0;
ALTER TABLE waitlist ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
";

/// Schema 4: what the entries of a space take, as of the stored state.
const QUOTAS: &str = "
ALTER TABLE spaces ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
";

/// Schema 6: what every act on a visit is held to: the last day of each licence, what a quote is for,
/// whom a freed time fits, who reported what, and how long visits are kept.
///
/// Quotes, waiting lists and reports begin anew; the first two are written again by their devices.
const RULES: &str = "
ALTER TABLE provider_states ADD COLUMN until_day BIGINT NOT NULL DEFAULT 0;
DROP TABLE quotes;
CREATE TABLE quotes (
    provider BIGINT NOT NULL,
    quote BYTES NOT NULL,
    bytes BYTES NOT NULL,
    until_day BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    place BIGINT NOT NULL,
    details BYTES NOT NULL,
    PRIMARY KEY (provider, quote)
);
ALTER TABLE bookings ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
CREATE INDEX bookings_of_root ON bookings (root);
CREATE INDEX bookings_at ON bookings (start);
DROP TABLE waitlist;
CREATE TABLE waitlist (
    entry BYTES PRIMARY KEY,
    provider BIGINT NOT NULL,
    client BYTES NOT NULL,
    since BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    with_partner BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    windows BYTES NOT NULL,
    until BIGINT NOT NULL,
    offered BYTES NOT NULL,
    place BIGINT NOT NULL,
    details BYTES NOT NULL,
    turn BIGINT NOT NULL,
    UNIQUE (provider, client)
);
CREATE INDEX waitlist_in_line ON waitlist (provider, minutes, priority, since, turn);
CREATE INDEX waitlist_of_client ON waitlist (client);
CREATE INDEX waitlist_offered ON waitlist (offered) WHERE length(offered) > 0;
CREATE TABLE waitlist_windows (
    entry BYTES NOT NULL,
    starts BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX windows_of_entry ON waitlist_windows (entry);
CREATE TABLE waitlist_passed (
    entry BYTES NOT NULL,
    start BIGINT NOT NULL,
    PRIMARY KEY (entry, start)
);
DROP TABLE reports;
CREATE TABLE report_keys (
    day BIGINT PRIMARY KEY,
    value BYTES NOT NULL
);
CREATE TABLE reports (
    reporter BYTES NOT NULL,
    day BIGINT NOT NULL,
    provider BIGINT NOT NULL,
    PRIMARY KEY (reporter, day, provider)
);
CREATE TABLE reported (
    provider BIGINT NOT NULL,
    day BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (provider, day)
);
CREATE TABLE report_counts (
    day BIGINT NOT NULL,
    what BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);
";

/// Schema 8: proofs that were used, each for an hour or so. A row names a random challenge and
/// no account.
const PROOFS: &str = "
CREATE TABLE used_proofs (
    challenge BYTES PRIMARY KEY,
    forgotten BIGINT NOT NULL
);
CREATE INDEX used_proofs_forgotten ON used_proofs (forgotten);
";

/// Schema 9: with which devices' keys another account asked for a member's place: one row a device,
/// however often it asked, and nothing of who asked or when.
const REFUSED_CLAIMS: &str = "
CREATE TABLE refused_claims (
    space BYTES NOT NULL,
    device BYTES NOT NULL,
    PRIMARY KEY (space, device)
);
";
