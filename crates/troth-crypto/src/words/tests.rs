use super::*;

type Person = (MemberId, PublicKey);

#[test]
fn both_sides_see_the_same_words_and_any_other_key_gives_others() {
    let (ana, ben) = (
        (MemberId([1; 16]), PublicKey([2; 32])),
        (MemberId([3; 16]), PublicKey([4; 32])),
    );
    let (here, there) = (SpaceId([5; 16]), SpaceId([6; 16]));
    let numbers = Numbers {
        inviter: Digest([7; 32]),
        joiner: Digest([8; 32]),
    };
    let words = six_words(&here, &[ana, ben], &numbers);
    assert_eq!(words, six_words(&here, &[ben, ana], &numbers));
    assert_ne!(words, six_words(&there, &[ana, ben], &numbers));
    let mallory = (ben.0, PublicKey([9; 32]));
    assert_ne!(words, six_words(&here, &[ana, mallory], &numbers));
    let inviters = Numbers {
        inviter: Digest([9; 32]),
        ..numbers
    };
    let joiners = Numbers {
        joiner: Digest([9; 32]),
        ..numbers
    };
    for other in [inviters, joiners] {
        assert_ne!(words, six_words(&here, &[ana, ben], &other));
    }
}

#[test]
fn a_promise_binds_the_number_to_the_space_and_the_inviter() {
    let (space, number) = (SpaceId([1; 16]), Digest([2; 32]));
    let ana = (MemberId([3; 16]), PublicKey([4; 32]));
    let made = promise(&space, &ana, &number);
    assert_ne!(made, promise(&SpaceId([9; 16]), &ana, &number));
    assert_ne!(made, promise(&space, &(MemberId([9; 16]), ana.1), &number));
    assert_ne!(made, promise(&space, &(ana.0, PublicKey([9; 32])), &number));
    assert_ne!(made, promise(&space, &ana, &Digest([9; 32])));
}

#[test]
fn bits_are_read_from_the_front() {
    let mut hash = [0; 32];
    hash[1] = 0b0010_0000;
    assert_eq!(to_words::<2>(&hash), ["ability", "abandon"]);
}

/// The most that the attacks below try; each of them succeeds within about 2^16 tries or not at
/// all.
const TRIES: u64 = 1 << 20;

/// Words cut down to so many bits that trying them out takes milliseconds.
#[derive(Clone, Copy)]
struct Cut(u32);

impl Cut {
    fn of(self, hash: &[u8; 32]) -> u16 {
        u16::from_be_bytes([hash[0], hash[1]]) >> (16 - self.0)
    }
}

/// What one person draws in a session: a different thing for each name.
fn drawn(session: u64, what: u64) -> Digest {
    Digest(hazmat::hash(&[&session.to_be_bytes(), &what.to_be_bytes()]))
}

fn person(session: u64, what: u64) -> Person {
    let name = drawn(session, what).0;
    let name = core::array::from_fn(|index| name[index]);
    (MemberId(name), PublicKey(drawn(session, what + 1).0))
}

/// Two pairings with an interceptor, who answers Ana in Ben's place and invites Ben in Ana's.
struct Session {
    /// The space that Ana opened, and the interceptor's own.
    spaces: [SpaceId; 2],
    ana: Person,
    ben: Person,
    inviting: Person,
    number: u64,
}

impl Session {
    fn new(number: u64) -> Self {
        Self {
            spaces: [SpaceId([1; 16]), SpaceId([2; 16])],
            ana: person(number, 10),
            ben: person(number, 20),
            inviting: person(number, 30),
            number,
        }
    }

    fn draws(&self, what: u64) -> Digest {
        drawn(self.number, what)
    }

    /// Tries names and keys to answer Ana with until one fits.
    fn grinds_people(&self, fits: impl Fn(&Person) -> bool) -> Person {
        let mut people = (0..TRIES).map(|nth| person(self.number, 1_000 + 2 * nth));
        people.find(fits).unwrap()
    }

    /// Tries numbers to promise to Ben until one fits.
    fn grinds_numbers(&self, fits: impl Fn(&Digest) -> bool) -> Digest {
        let mut numbers = (0..TRIES).map(|nth| self.draws(u64::MAX - nth));
        numbers.find(fits).unwrap()
    }

    /// Ben has answered, so the interceptor knows his words; Ana is answered last. Tells whether
    /// both screens agree, with words that are made of keys and names alone.
    fn agrees_without_numbers(&self, cut: Cut) -> bool {
        let words = |space: &SpaceId, people: &[Person; 2]| cut.of(&keys_hash(space, people).0);
        let bens = words(&self.spaces[1], &[self.inviting, self.ben]);
        let answering = self.grinds_people(|one| words(&self.spaces[0], &[self.ana, *one]) == bens);
        words(&self.spaces[0], &[self.ana, answering]) == bens
    }

    /// The same with numbers: Ana has promised hers, and shows it once she is answered.
    fn agrees_when_ana_is_last(&self, cut: Cut) -> bool {
        let words = |space: &SpaceId, people: &[Person; 2], numbers: &Numbers| {
            cut.of(&six_words_hash(space, people, numbers))
        };
        let told = Numbers {
            inviter: self.draws(1),
            joiner: self.draws(2),
        };
        let bens = words(&self.spaces[1], &[self.inviting, self.ben], &told);
        let guess = Numbers {
            inviter: self.draws(3),
            joiner: self.draws(4),
        };
        let answering =
            self.grinds_people(|one| words(&self.spaces[0], &[self.ana, *one], &guess) == bens);
        let shown = Numbers {
            inviter: self.draws(5),
            ..guess
        };
        words(&self.spaces[0], &[self.ana, answering], &shown) == bens
    }

    /// The other way around: Ana has admitted the interceptor, who knows her words and promises
    /// Ben a number for a guess of his. Ben draws his own after he sees the promise.
    fn agrees_when_ben_is_last(&self, cut: Cut) -> bool {
        let words = |space: &SpaceId, people: &[Person; 2], numbers: &Numbers| {
            cut.of(&six_words_hash(space, people, numbers))
        };
        let answering = person(self.number, 40);
        let shown = Numbers {
            inviter: self.draws(1),
            joiner: self.draws(2),
        };
        let anas = words(&self.spaces[0], &[self.ana, answering], &shown);
        let bens = |inviter, joiner| {
            let numbers = Numbers { inviter, joiner };
            words(&self.spaces[1], &[self.inviting, self.ben], &numbers)
        };
        let promised = self.grinds_numbers(|one| bens(*one, self.draws(3)) == anas);
        let told = self.draws(4);
        // Now that Ben's is known, another number would fit; it is not the one in the promise.
        let fitting = self.grinds_numbers(|one| bens(*one, told) == anas);
        let said = |number| promise(&self.spaces[1], &self.inviting, number);
        assert!(fitting == promised || said(&fitting) != said(&promised));
        bens(promised, told) == anas
    }
}

/// Words of 16 bits in a few sessions, and of 8 bits in many.
const SIZES: [(Cut, u64); 2] = [(Cut(16), 4), (Cut(8), 1024)];

fn hits(sessions: u64, agrees: impl Fn(&Session) -> bool) -> u64 {
    let hit = (0..sessions).filter(|number| agrees(&Session::new(*number)));
    hit.count().try_into().unwrap()
}

#[test]
fn an_interceptor_who_answers_last_grinds_words_that_are_made_of_keys_and_names_alone() {
    for (cut, sessions) in SIZES {
        let hits = hits(sessions, |session| session.agrees_without_numbers(cut));
        assert_eq!(hits, sessions);
    }
}

#[test]
fn an_interceptor_who_grinds_hits_promised_words_no_more_often_than_by_one_guess() {
    for (cut, sessions) in SIZES {
        let by_one_guess = sessions >> cut.0;
        for hits in [
            hits(sessions, |session| session.agrees_when_ana_is_last(cut)),
            hits(sessions, |session| session.agrees_when_ben_is_last(cut)),
        ] {
            assert!(hits <= 3 * by_one_guess, "{hits} of {sessions}");
        }
    }
}
