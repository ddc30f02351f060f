//! Two people become members of one couple space.
//!
//! # Invariants
//!
//! 1. **Never by the server's word.** A key is taken only from what the link's secret
//!    authenticates, from the record that both sign, or from the words said aloud.
//! 2. **Looking leaves nothing.** The invited person looks and declines without an account.
//! 3. **One at a time.** A person is in one open couple space.

mod link;
mod numbers;

use jiff::Timestamp;
use troth_core::{Event, Written, check_name};
use troth_crypto::invitation::{Answer, LinkSecret, Offer};
use troth_crypto::stretch::Stretch;
use troth_crypto::words;
use troth_wire::api::{ErrorCode, InvitationAccept, InvitationCreate, InvitationStanding};
use troth_wire::control::{Class, Member, Standing as MemberStanding};
use troth_wire::{Digest, MemberId, PublicKey, Sealed, SpaceId, strict};

use link::{JOIN, secret_of};
pub use link::{decline, look, server_of_link};
use numbers::{admit, is_kept, is_made_here};

use super::write::encoded;
use super::{Client, reading, session};
use crate::journal::{Journal, Shelf, Write};
use crate::keyring::KeptSpace;
use crate::keys::SpaceKeys;
use crate::machine::{Drawn, Invited, Machine, Promised, SpaceCell, Standing};
use crate::record::Record;
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::{AcceptError, InviteError, Trouble};
use crate::view::{AlarmKind, Host, InvitationLink, InviteOptions, Pairing};

fn number_of(host: Host) -> u8 {
    match host {
        Host::Unknown => 0,
        Host::Neutral => 1,
        Host::Inviter => 2,
        Host::Invited => 3,
    }
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Opens a couple space where there is none, and an invitation to it.
    ///
    /// An invitation that is out already is shown again.
    ///
    /// # Errors
    ///
    /// [`InviteError`] says what stands in the way.
    pub async fn invite(&self, options: InviteOptions) -> Result<InvitationLink, InviteError> {
        if let Pairing::Waiting { link, until } = self.pairing() {
            return Ok(InvitationLink { link, until });
        }
        let entered = self.enter().await?;
        let fresh = {
            let state = self.state();
            let machine = state.machine.as_ref().filter(|machine| !is_over(machine));
            match machine {
                Some(machine) if machine.alarm().is_some_and(|it| it.kind.stops()) => {
                    return Err(InviteError::Alarm);
                }
                Some(machine) if machine.record().partner().is_some() || is_guest(machine) => {
                    return Err(InviteError::AlreadyPaired);
                }
                machine => machine.is_none(),
            }
        };
        if fresh {
            let (space, me) = {
                let mut rng = self.rng();
                (
                    SpaceId(crate::draw(&mut rng)),
                    MemberId(crate::draw(&mut rng)),
                )
            };
            let mut cell = SpaceCell::new(space, me);
            cell.wants.begin = true;
            self.begin_space(cell).await?;
        }
        drop(entered);
        if fresh {
            // Before the first entry, so that no other device of the person could miss the space.
            self.put_keyring().await?;
        }
        // The server opens an invitation only to a space that it knows.
        self.run_machine().await?;
        self.open_invitation(options).await
    }

    async fn open_invitation(&self, options: InviteOptions) -> Result<InvitationLink, InviteError> {
        let secret = LinkSecret::generate(&mut *self.rng());
        let number = Digest(crate::draw(&mut self.rng()));
        let (space, offer) = {
            let state = self.state();
            let machine = state.machine.as_ref().ok_or(Trouble::Damaged)?;
            let me = (machine.cell.me, state.root().public());
            let offer = Offer {
                space: machine.space(),
                member: me.0,
                root: me.1,
                name: state.identity.name.clone(),
                host: number_of(options.host),
                promise: words::promise(&machine.space(), &me, &number),
            };
            (machine.space(), offer)
        };
        let offer = offer
            .seal(&secret, &mut *self.rng())
            .map_err(|_| Trouble::Damaged)?;
        let create = InvitationCreate {
            invitation: secret.id(),
            space,
            offer: offer.clone(),
        };
        let created = self.server()?.open_invitation(&create).await?;
        let fragment = secret.to_fragment();
        let _entered = self.enter().await?;
        let invited = Invited {
            secret: fragment,
            until: created.expires,
            standing: Standing::Open,
            offer,
        };
        self.change_cell(|cell| {
            cell.drawn = Some(Drawn {
                offer: Offer::digest(&invited.offer),
                number,
            });
            cell.invited = Some(invited);
        })
        .await?;
        let until = reading::moment(created.expires).ok_or(Trouble::Malformed)?;
        Ok(InvitationLink {
            link: self.link_of(&secret.to_fragment()),
            until,
        })
    }

    fn link_of(&self, fragment: &str) -> String {
        format!("{}{JOIN}{fragment}", self.state().identity.server)
    }

    /// Begins the bookkeeping of a space, for who holds the gate.
    async fn begin_space(&self, cell: SpaceCell) -> Result<(), Trouble> {
        let event = Event::PartnerIntroduced {
            name: self.state().identity.name.clone(),
        };
        let body = encoded(event, &Written::from(&self.now())).map_err(|_| Trouble::Damaged)?;
        let tag = crate::draw(&mut self.rng());
        let writes = {
            let mut state = self.state_mut();
            let keys = SpaceKeys::new(cell.space, state.kems());
            let record = Record::new(cell.space, cell.me, keys);
            state.shared.spaces.retain(|kept| kept.space != cell.space);
            state.shared.spaces.push(KeptSpace {
                space: cell.space,
                me: cell.me,
                pinned: cell.pinned,
                highest: None,
                wants: cell.wants.clone(),
                invited: None,
                partner_name: cell.partner_name.clone(),
                founder: cell.founder,
                promised: cell.promised.clone(),
            });
            state.shared_dirty = true;
            state.identity.current = Some(cell.space);
            let mut machine = Machine::new(cell, record, [], Vec::new());
            machine.keep_cell();
            machine.enqueue(tag, body);
            let writes = machine.take_writes();
            state.machine = Some(machine);
            state.snapshot_place = 0;
            state.answers.clear();
            state.opened.clear();
            state.refold();
            writes
        };
        let notes = Write::DropAll {
            shelf: Shelf::Note,
            prefix: Vec::new(),
        };
        self.commit([vec![notes], self.identity_writes(), writes].concat())
            .await
    }

    /// Changes the newest space's cell and tells the other devices, for who holds the gate.
    pub(super) async fn change_cell(
        &self,
        change: impl FnOnce(&mut SpaceCell),
    ) -> Result<(), Trouble> {
        let writes = {
            let mut state = self.state_mut();
            let Some(machine) = &mut state.machine else {
                return Ok(());
            };
            change(&mut machine.cell);
            machine.keep_cell();
            let mut writes = machine.take_writes();
            state.share_wants();
            writes.push(session::shared_write(&state));
            writes
        };
        self.commit(writes).await
    }

    /// Takes the invitation back. That there is none is no error.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer.
    pub async fn withdraw_invitation(&self) -> Result<(), Trouble> {
        let invited = self
            .state()
            .machine
            .as_ref()
            .and_then(|machine| machine.cell.invited.clone());
        let Some(invited) = invited else {
            return Ok(());
        };
        let secret: LinkSecret = invited.secret.parse().map_err(|_| Trouble::Damaged)?;
        match self.server()?.withdraw(secret.id()).await {
            Err(error) if !error.is(ErrorCode::InvitationGone) => return Err(error.into()),
            _ => {}
        }
        let _entered = self.enter().await?;
        self.change_cell(|cell| {
            cell.invited = None;
            cell.drawn = None;
            // A forged answer to it is dealt with by making a new one.
            let swapped = AlarmKind::SwappedKeys;
            let alarm = cell.alarm.as_ref().map(|alarm| alarm.view(cell.space).kind);
            if alarm == Some(swapped) && cell.wants.guest.is_none() {
                cell.alarm = None;
            }
        })
        .await
    }

    /// Accepts an invitation. The inviter's device completes it when it is next open.
    ///
    /// # Errors
    ///
    /// [`AcceptError`] says what stands in the way.
    pub async fn accept(&self, link: &str) -> Result<(), AcceptError> {
        let secret = self.check_link(link)?;
        let view = self.server()?.invitation(secret.id()).await;
        let view = match view {
            Err(error) if error.is(ErrorCode::InvitationGone) => {
                return self.accepted_before(&secret).await;
            }
            other => other?,
        };
        let offer = Offer::open(&view.offer, &secret).map_err(|_| AcceptError::Forged)?;
        let entered = self.enter().await?;
        let me = self.may_join(&offer)?;
        let promised = self.number_for(&offer);
        let accept = self.answer_to((&view.offer, &offer), &secret, (me, promised.number))?;
        if me.is_none() {
            let mut cell = SpaceCell::new(offer.space, accept.member);
            cell.pinned = Some(offer.root);
            cell.founder = Some(offer.member);
            cell.partner_name = Some(offer.name.clone()).filter(|name| check_name(name).is_ok());
            cell.promised = vec![promised];
            self.begin_space(cell).await?;
        } else {
            self.change_cell(|cell| cell.keep_promised(&[promised]))
                .await?;
        }
        drop(entered);
        self.put_keyring().await?;
        match self.server()?.accept(secret.id(), &accept).await {
            Err(error) if error.is(ErrorCode::InvitationGone) => {
                self.accepted_before(&secret).await
            }
            other => Ok(other?),
        }
    }

    /// Returns the number for an offer: the same for the same promise, so that answering again
    /// after a lost reply tells nobody a second one, and a new one for every other offer, so that
    /// no inviter can know it beforehand.
    fn number_for(&self, offer: &Offer) -> Promised {
        let promise = offer.promise;
        let known = {
            let state = self.state();
            let machine = state.machine.as_ref();
            let machine = machine.filter(|machine| machine.space() == offer.space);
            let mut known = machine.into_iter().flat_map(|it| &it.cell.promised);
            known.find(|known| known.promise == promise).copied()
        };
        known.unwrap_or_else(|| Promised {
            promise,
            number: Digest(crate::draw(&mut self.rng())),
        })
    }

    fn answer_to(
        &self,
        (sealed, offer): (&Sealed, &Offer),
        secret: &LinkSecret,
        (me, number): (Option<MemberId>, Digest),
    ) -> Result<InvitationAccept, Trouble> {
        let mut rng = self.rng();
        let member = me.unwrap_or_else(|| MemberId(crate::draw(&mut rng)));
        let state = self.state();
        let answer = Answer {
            offer: Offer::digest(sealed),
            card: state.card(&offer.space, member).ok_or(Trouble::Damaged)?,
            devices: vec![state.cert()],
            name: state.identity.name.clone(),
            number,
        };
        let answer = answer
            .seal(secret, &mut *rng)
            .map_err(|_| Trouble::Damaged)?;
        Ok(InvitationAccept { member, answer })
    }

    /// Checks what can be checked of a link without the server.
    fn check_link(&self, link: &str) -> Result<LinkSecret, AcceptError> {
        let secret = secret_of(link).ok_or(AcceptError::BadLink)?;
        let server = server_of_link(link).ok_or(AcceptError::BadLink)?;
        if server != self.inner.rim.relay.address() {
            return Err(AcceptError::OtherServer);
        }
        let own = self
            .state()
            .machine
            .as_ref()
            .and_then(|machine| machine.cell.invited.clone());
        if own.is_some_and(|own| own.secret == secret.to_fragment()) {
            return Err(AcceptError::OwnInvitation);
        }
        let paired = self
            .state()
            .machine
            .as_ref()
            .is_some_and(|machine| !is_over(machine) && machine.record().partner().is_some());
        if paired {
            return Err(AcceptError::AlreadyPaired);
        }
        Ok(secret)
    }

    /// Checks whether this person may join, and under which name they tried before.
    fn may_join(&self, offer: &Offer) -> Result<Option<MemberId>, AcceptError> {
        let state = self.state();
        if offer.root == state.root().public() {
            return Err(AcceptError::OwnInvitation);
        }
        if state.shared.refused.contains(&offer.root) {
            return Err(AcceptError::Gone);
        }
        let Some(machine) = state.machine.as_ref().filter(|machine| !is_over(machine)) else {
            return Ok(None);
        };
        if machine.space() == offer.space {
            return Ok(Some(machine.cell.me));
        }
        if machine.record().partner().is_some() || machine.cell.wants.guest.is_some() {
            return Err(AcceptError::AlreadyPaired);
        }
        Ok(None)
    }

    /// An invitation that is gone may be gone because this very device took it: the answer to
    /// an earlier try was lost.
    async fn accepted_before(&self, secret: &LinkSecret) -> Result<(), AcceptError> {
        let joining = self.pairing() == Pairing::Joining;
        let space = self.space().filter(|_| joining).ok_or(AcceptError::Gone)?;
        let server = self.server()?;
        let heads = server.heads().await?;
        if heads.spaces.iter().any(|head| head.space == space) {
            return Ok(());
        }
        let member = self.state().machine.as_ref().map(|it| it.cell.me);
        let again = InvitationAccept {
            member: member.ok_or(AcceptError::Gone)?,
            answer: Vec::new().into(),
        };
        match server.accept(secret.id(), &again).await {
            Err(error) if error.is(ErrorCode::InvitationGone) => {}
            other => return Ok(other?),
        }
        let _entered = self.enter().await?;
        {
            let mut state = self.state_mut();
            state.machine = None;
            state.shared.spaces.retain(|kept| kept.space != space);
            state.identity.current = None;
            state.refold();
        }
        self.commit(self.identity_writes()).await?;
        Err(AcceptError::Gone)
    }

    /// Tells where two people stand on the way into one space.
    #[must_use]
    pub fn pairing(&self) -> Pairing {
        let now = self.inner.rim.env.now();
        let state = self.state();
        let Some(machine) = &state.machine else {
            return Pairing::None;
        };
        if is_over(machine) {
            return Pairing::Closed;
        }
        if machine.record().partner().is_some() {
            return paired(machine);
        }
        match &machine.cell.invited {
            _ if machine.cell.pinned.is_some() => Pairing::Joining,
            Some(invited) => waiting(invited, now, &state.identity.server),
            None => Pairing::None,
        }
    }

    /// Shows the six words that both of the couple must see, once the record admits the joiner
    /// with the numbers that the two drew.
    #[must_use]
    pub fn words(&self) -> Option<Vec<String>> {
        words_of(self.state().machine.as_ref()?)
    }

    /// Asks how the invitation stands, and prepares to admit who accepted it.
    pub(super) async fn step_invitation(&self) -> Result<(), Trouble> {
        let (invited, drawn, alarmed) = {
            let state = self.state();
            let Some(machine) = &state.machine else {
                return Ok(());
            };
            let cell = &machine.cell;
            (cell.invited.clone(), cell.drawn, machine.alarm().is_some())
        };
        let Some(invited) = invited.filter(|invited| invited.standing == Standing::Open) else {
            return Ok(());
        };
        if alarmed {
            return Ok(());
        }
        let secret: LinkSecret = invited.secret.parse().map_err(|_| Trouble::Damaged)?;
        let answered = self.server()?.answer(secret.id()).await;
        let _entered = self.enter().await?;
        match answered {
            Err(error) if error.is(ErrorCode::InvitationGone) => {
                self.change_cell(|cell| stand(cell, Standing::Expired))
                    .await
            }
            Err(error) => Err(error.into()),
            Ok(answer) => match answer.standing {
                InvitationStanding::Open if self.minute() >= invited.until => {
                    self.change_cell(|cell| stand(cell, Standing::Expired))
                        .await
                }
                InvitationStanding::Open => Ok(()),
                InvitationStanding::Declined => {
                    self.change_cell(|cell| stand(cell, Standing::Declined))
                        .await
                }
                // The device that made the offer holds its number and admits; this one hears of it
                // by the keyring.
                InvitationStanding::Accepted if !is_made_here(&invited, drawn) => Ok(()),
                InvitationStanding::Accepted => {
                    match Answer::open(&answer.answer, &secret, &invited.offer) {
                        Ok(answer) => self.change_cell(|cell| admit(cell, answer)).await,
                        Err(_) => self.raise_swapped(answer.answer.0).await,
                    }
                }
            },
        }
    }

    async fn raise_swapped(&self, proof: Vec<u8>) -> Result<(), Trouble> {
        let writes = {
            let mut state = self.state_mut();
            let Some(machine) = &mut state.machine else {
                return Ok(());
            };
            machine.raise(AlarmKind::SwappedKeys, None, proof);
            machine.take_writes()
        };
        self.commit(writes).await
    }
}

impl State {
    /// Checks that the people in the record are the ones of the invitation.
    pub(crate) fn check_people(&mut self) {
        let root = self.root().public();
        let Some(machine) = &mut self.machine else {
            return;
        };
        let record = machine.record();
        let Some(founder) = record.founder() else {
            return;
        };
        let expected = machine.cell.pinned.unwrap_or(root);
        let membership = &record.log().membership;
        let mine = membership.member(&record.me());
        let swapped = mine.is_some_and(|mine| mine.card.root != root);
        let unkept = mine.filter(|_| !is_kept(machine));
        let unkept = unkept.map(|mine| (mine.since, mine.numbers));
        let others = membership.members().iter();
        let others = others.filter(|m| m.card.class == Class::Full && m.card.member != record.me());
        if founder != expected || swapped {
            let proof = strict::encode(&(founder, expected));
            machine.raise(AlarmKind::SwappedKeys, Some(1), proof);
        } else if let Some((place, numbers)) = unkept {
            let proof = strict::encode(&numbers);
            machine.raise(AlarmKind::SwappedKeys, Some(place), proof);
        } else if others.count() > 1 {
            let place = Some(record.place());
            machine.raise(AlarmKind::StrangeMember, place, Vec::new());
        }
    }
}

fn stand(cell: &mut SpaceCell, standing: Standing) {
    if let Some(invited) = &mut cell.invited {
        invited.standing = standing;
    }
}

fn of(member: &Member) -> (MemberId, PublicKey) {
    (member.card.member, member.card.root)
}

/// Tells whether this person is on the way in, or in, by another's invitation.
fn is_guest(machine: &Machine) -> bool {
    machine.cell.pinned.is_some() || machine.cell.wants.guest.is_some()
}

/// Tells whether one of the two has left, or is about to.
fn is_over(machine: &Machine) -> bool {
    let membership = &machine.record().log().membership;
    let me = membership.member(&machine.cell.me);
    membership.is_closed()
        || machine.cell.wants.leave
        || me.is_some_and(|me| me.standing != MemberStanding::Present)
}

fn paired(machine: &Machine) -> Pairing {
    let membership = &machine.record().log().membership;
    let me = membership.member(&machine.cell.me);
    let mine = machine.cell.wants.confirmed || me.is_some_and(|me| me.verified);
    let theirs = machine
        .record()
        .partner()
        .is_some_and(|partner| partner.verified);
    match words_of(machine) {
        Some(words) if !(mine && theirs) => Pairing::WordsToCompare {
            words,
            mine_confirmed: mine,
            theirs_confirmed: theirs,
        },
        Some(_) => Pairing::Paired,
        // The record admits this person, but not with what was promised: an alarm says so.
        None => Pairing::Joining,
    }
}

fn words_of(machine: &Machine) -> Option<Vec<String>> {
    let record = machine.record();
    let partner = record.partner()?;
    let me = record.log().membership.member(&record.me())?;
    // Of the two, the one who joined later was admitted by the other.
    let joiner = [partner, me].into_iter().max_by_key(|one| one.since)?;
    let numbers = joiner.numbers.filter(|_| is_kept(machine))?;
    let words = words::six_words(&record.space(), &[of(partner), of(me)], &numbers);
    Some(words.into_iter().map(str::to_owned).collect())
}

fn waiting(invited: &Invited, now: Timestamp, server: &str) -> Pairing {
    let until = reading::moment(invited.until).unwrap_or_default();
    match invited.standing {
        Standing::Open if now < until => Pairing::Waiting {
            link: format!("{server}{JOIN}{}", invited.secret),
            until,
        },
        Standing::Open | Standing::Expired => Pairing::Expired,
        Standing::Declined => Pairing::Declined,
        Standing::Accepted => Pairing::Joining,
    }
}
