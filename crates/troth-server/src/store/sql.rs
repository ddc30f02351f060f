//! The statements that both databases run, word for word.
//!
//! `$1` and so on are understood by both; each first appears in rising order, which SQLite
//! needs. Only the types in the tables differ, see [`super::schema`].

/// Schema 1: accounts and their records; see [`super::schema`] for what came after.
///
/// `entries` is in the order of arrival, so that appends to any number of spaces write the
/// same few pages; the two narrow indexes give each space its order and each device its own.
pub(super) const TABLES: &str = "
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BYTES NOT NULL
);
CREATE TABLE accounts (
    account BYTES PRIMARY KEY,
    login BYTES NOT NULL UNIQUE,
    password BYTES NOT NULL,
    recovery BYTES NOT NULL
);
CREATE TABLE blobs (
    account BYTES NOT NULL,
    kind BIGINT NOT NULL,
    version BIGINT NOT NULL,
    bytes BYTES NOT NULL,
    PRIMARY KEY (account, kind)
);
CREATE TABLE sessions (
    token BYTES PRIMARY KEY,
    session BYTES NOT NULL UNIQUE,
    account BYTES NOT NULL,
    label BYTES NOT NULL,
    day BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE TABLE invitations (
    invitation BYTES PRIMARY KEY,
    account BYTES NOT NULL,
    space BYTES NOT NULL,
    offer BYTES NOT NULL,
    state BIGINT NOT NULL,
    answer BYTES NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX invitations_of_account ON invitations (account);
CREATE TABLE spaces (
    space BYTES PRIMARY KEY,
    place BIGINT NOT NULL,
    state BYTES NOT NULL
);
CREATE TABLE members (
    account BYTES NOT NULL,
    space BYTES NOT NULL,
    member BYTES NOT NULL,
    PRIMARY KEY (account, space)
);
CREATE INDEX members_of_space ON members (space);
CREATE TABLE entries (
    number ROW_NUMBER,
    space BYTES NOT NULL,
    place BIGINT NOT NULL,
    device BYTES NOT NULL,
    aseq BIGINT NOT NULL,
    received BIGINT NOT NULL,
    head BYTES NOT NULL,
    header BYTES NOT NULL,
    sig BYTES NOT NULL,
    body BYTES NOT NULL
);
CREATE UNIQUE INDEX entries_of_space ON entries (space, place);
CREATE UNIQUE INDEX entries_of_device ON entries (space, device, aseq);
CREATE TABLE shares (
    space BYTES NOT NULL,
    reveal BYTES NOT NULL,
    member BYTES NOT NULL,
    answer BYTES NOT NULL,
    share BYTES NOT NULL,
    PRIMARY KEY (space, reveal, member)
);
";

pub(super) const ADD_SECRET: &str =
    "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
pub(super) const SET_SECRET: &str = "UPDATE secrets SET value = $1 WHERE name = $2";
pub(super) const SECRET: &str = "SELECT value FROM secrets WHERE name = $1";

pub(super) const ADD_ACCOUNT: &str = "INSERT INTO accounts (account, login, password, recovery) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
pub(super) const FIND_ACCOUNT: &str =
    "SELECT account, login, password, recovery FROM accounts WHERE login = $1";
pub(super) const ACCOUNT: &str =
    "SELECT account, login, password, recovery FROM accounts WHERE account = $1";
pub(super) const SET_PASSWORD: &str = "UPDATE accounts SET password = $1 WHERE account = $2";
pub(super) const SET_RECOVERY: &str = "UPDATE accounts SET recovery = $1 WHERE account = $2";

/// What goes when an account goes, apart from spaces.
pub(super) const DELETE_ACCOUNT: [&str; 6] = [
    "DELETE FROM sessions WHERE account = $1",
    "DELETE FROM invitations WHERE account = $1",
    "DELETE FROM invitations WHERE guest = $1",
    "DELETE FROM blobs WHERE account = $1",
    "DELETE FROM members WHERE account = $1",
    "DELETE FROM accounts WHERE account = $1",
];

/// What goes when the last account of a space has gone.
pub(super) const DELETE_SPACE: [&str; 5] = [
    "DELETE FROM refused_claims WHERE space = $1",
    "DELETE FROM shares WHERE space = $1",
    "DELETE FROM bindings WHERE space = $1",
    "DELETE FROM entries WHERE space = $1",
    "DELETE FROM spaces WHERE space = $1",
];
pub(super) const COUNT_MEMBERS: &str = "SELECT count(*) FROM members WHERE space = $1";

pub(super) const BLOB: &str = "SELECT version, bytes FROM blobs WHERE account = $1 AND kind = $2";
pub(super) const BLOB_SIZE: &str =
    "SELECT version, CAST(length(bytes) AS BIGINT) FROM blobs WHERE account = $1 AND kind = $2";
pub(super) const ADD_BLOB: &str = "INSERT INTO blobs (account, kind, version, bytes) \
     VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING";
pub(super) const SET_BLOB: &str = "UPDATE blobs SET version = version + 1, bytes = $1 \
     WHERE account = $2 AND kind = $3 AND version = $4";

pub(super) const ADD_SESSION: &str = "INSERT INTO sessions (token, session, account, label, day, expires) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
pub(super) const SESSION: &str = "SELECT token, session, account, label, day, expires \
     FROM sessions WHERE token = $1 AND expires > $2";
pub(super) const RENEW_SESSION: &str =
    "UPDATE sessions SET expires = $1 WHERE token = $2 AND expires < $1";
pub(super) const LIST_SESSIONS: &str = "SELECT token, session, account, label, day, expires \
     FROM sessions WHERE account = $1 ORDER BY day, session";
pub(super) const END_SESSION: &str = "DELETE FROM sessions WHERE account = $1 AND session = $2";
pub(super) const END_OTHER_SESSIONS: &str =
    "DELETE FROM sessions WHERE account = $1 AND session <> $2";

pub(super) const USE_PROOF: &str =
    "INSERT INTO used_proofs (challenge, forgotten) VALUES ($1, $2) ON CONFLICT DO NOTHING";
/// Only PostgreSQL: a proof of an account waits while another of the same account is used.
pub(super) const TAKE_ACCOUNT: &str =
    "SELECT account, login, password, recovery FROM accounts WHERE account = $1 FOR UPDATE";
pub(super) const SET_WORD: &str = "INSERT INTO blobs (account, kind, version, bytes) \
     VALUES ($1, $2, 1, $3) ON CONFLICT (account, kind) DO UPDATE SET bytes = excluded.bytes";

pub(super) const ADD_INVITATION: &str = "INSERT INTO invitations \
     (invitation, account, space, offer, state, answer, expires, guest, member) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
pub(super) const INVITATION: &str = "SELECT invitation, account, space, offer, state, answer, expires, guest, member \
     FROM invitations WHERE invitation = $1";
pub(super) const COUNT_INVITATIONS: &str = "SELECT count(*) FROM invitations WHERE account = $1";
pub(super) const ANSWER_INVITATION: &str = "UPDATE invitations \
     SET state = $1, answer = $2, guest = $3, member = $4 \
     WHERE invitation = $5 AND state = 0 AND expires > $6";
/// Who accepted to be a member; more than one row is nobody's.
pub(super) const GUEST: &str =
    "SELECT guest FROM invitations WHERE space = $1 AND member = $2 AND state = 1";
pub(super) const WITHDRAW_INVITATION: &str =
    "DELETE FROM invitations WHERE account = $1 AND invitation = $2";

pub(super) const STATE: &str = "SELECT place, state, bytes FROM spaces WHERE space = $1";
/// Only PostgreSQL: SQLite has one writer.
pub(super) const LOCK_STATE: &str = "SELECT place FROM spaces WHERE space = $1 FOR UPDATE";
/// Only PostgreSQL: a row to lock, for a space that begins.
pub(super) const ADD_STATE: &str =
    "INSERT INTO spaces (space, place, state) VALUES ($1, 0, '') ON CONFLICT DO NOTHING";
pub(super) const SET_STATE: &str = "INSERT INTO spaces (space, place, state, bytes) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (space) DO UPDATE SET place = excluded.place, \
     state = excluded.state, bytes = excluded.bytes";
pub(super) const ADD_ENTRY: &str = "INSERT INTO entries (space, place, device, aseq, received, head, header, sig, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
pub(super) const LIST_ENTRIES: &str = "SELECT place, received, head, header, sig, body \
     FROM entries WHERE space = $1 AND place > $2 AND place <= $3 ORDER BY place LIMIT $4";
/// Only PostgreSQL, which sends every row of an answer before the first is looked at: so it is the
/// database that ends the page, at $5 bytes or after one entry. SQLite is asked row by row.
pub(super) const LIST_PAGE: &str = "SELECT place, received, head, header, sig, body FROM \
     (SELECT place, received, head, header, sig, body, row_number() OVER page AS at, \
         sum(length(header) + length(body) + 128) OVER page AS size \
         FROM entries WHERE space = $1 AND place > $2 AND place <= $3 \
         WINDOW page AS (ORDER BY place ROWS UNBOUNDED PRECEDING) \
         ORDER BY place LIMIT $4) AS counted \
     WHERE size <= $5 OR at = 1 ORDER BY place";
pub(super) const HEAD_AT: &str = "SELECT head FROM entries WHERE space = $1 AND place = $2";
pub(super) const LIST_TAIL: &str = "SELECT place, device, aseq, received, head, header, \
     CAST(length(body) AS BIGINT) FROM entries WHERE space = $1 AND place > $2 ORDER BY place";
pub(super) const ENTRY_OF_DEVICE: &str = "SELECT header, place, head, received \
     FROM entries WHERE space = $1 AND device = $2 AND aseq = $3";

/// For a space that begins.
pub(super) const COUNT_SPACES: &str = "SELECT count(*) FROM members WHERE account = $1";
/// Only PostgreSQL: two spaces that one account begins at once are counted one after the other.
pub(super) const LOCK_ACCOUNT: &str = "SELECT account FROM accounts WHERE account = $1 FOR UPDATE";
/// One account a member, and one member an account in a space: see [`super::schema`].
pub(super) const BIND_MEMBER: &str = "INSERT INTO members (account, space, member, device) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
/// A binding that no claim and no invitation showed gives way to one that does.
pub(super) const FREE_UNPROVEN: &str = "DELETE FROM members \
     WHERE space = $1 AND member = $2 AND device = $3 AND account <> $4";
/// The same account again: by another device, or as another member after coming back. What the
/// record itself showed stays so.
pub(super) const REBIND_MEMBER: &str = "UPDATE members SET member = $1, \
     device = CASE WHEN member = $1 AND length(device) = 0 THEN device ELSE $2 END \
     WHERE account = $3 AND space = $4 AND NOT EXISTS (SELECT 1 FROM members AS others \
     WHERE others.space = $4 AND others.member = $1 AND others.account <> $3)";
/// Which account came in by a device.
pub(super) const BOUND_BY: &str = "SELECT account FROM members WHERE space = $1 AND device = $2";
/// A claim's binding ends with the device that signed it.
pub(super) const UNBIND: &str = "DELETE FROM members WHERE space = $1 AND device = $2";
/// One row a device, however often another account asks.
pub(super) const ADD_REFUSED_CLAIM: &str =
    "INSERT INTO refused_claims (space, device) VALUES ($1, $2) ON CONFLICT DO NOTHING";
pub(super) const REFUSED_CLAIMS: &str =
    "SELECT device FROM refused_claims WHERE space = $1 ORDER BY device";
pub(super) const BOUND_ACCOUNT: &str =
    "SELECT account FROM members WHERE space = $1 AND member = $2";
pub(super) const LIST_SPACES: &str =
    "SELECT space, member FROM members WHERE account = $1 ORDER BY space";
pub(super) const MEMBER: &str = "SELECT member FROM members WHERE account = $1 AND space = $2";

/// The first of a member for a question stays.
pub(super) const ADD_BINDING: &str = "INSERT INTO bindings (space, question, member, place) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
pub(super) const BINDING: &str =
    "SELECT place FROM bindings WHERE space = $1 AND question = $2 AND member = $3";

pub(super) const ADD_SHARE: &str = "INSERT INTO shares (space, reveal, member, answer, share) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT DO NOTHING";
pub(super) const LIST_SHARES: &str = "SELECT space, reveal, member, answer, share FROM shares \
     WHERE space = $1 AND reveal = $2 ORDER BY member";

pub(super) const SWEEP: [&str; 3] = [
    "DELETE FROM used_proofs WHERE forgotten <= $1",
    "DELETE FROM sessions WHERE expires <= $1",
    "DELETE FROM invitations WHERE expires <= $1",
];
