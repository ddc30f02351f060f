//! `invitations`: two sealed halves, one use, no mark left by looking.

use troth_wire::api::{
    Empty, ErrorCode, INVITATION_MINUTES, InvitationAccept, InvitationAnswer, InvitationCreate,
    InvitationCreated, InvitationStanding, InvitationView, MAX_INVITATIONS, MAX_OFFER,
};

use super::{at_most, id};
use crate::auth::Call;
use crate::error::ApiError;
use crate::store::{Answered, Guest, Invitation, InvitationState, Stored};
use crate::wake::Topic;

/// `POST invitations`: for a space in which the asker is a full member.
pub(crate) async fn create(call: &Call<'_>) -> Result<InvitationCreated, ApiError> {
    let InvitationCreate {
        invitation,
        space,
        offer,
    } = call.body()?;
    let insider = call.insider(space).await?;
    at_most(&offer, MAX_OFFER)?;
    let member = insider.state.membership.member(&insider.member);
    if !member.is_some_and(troth_wire::control::Member::is_full) {
        return Err(ErrorCode::NotAMember.into());
    }
    let account = insider.signed.account;
    if call.service.store.count_invitations(account).await? >= MAX_INVITATIONS {
        return Err(ErrorCode::TooMany.into());
    }
    let expires = call.service.env.minute() + INVITATION_MINUTES;
    let state = InvitationState::Open;
    let (offer, answer) = (offer.0, Vec::new());
    let row = Invitation {
        invitation,
        account,
        space,
        offer,
        state,
        answer,
        expires,
        guest: None,
    };
    match call.service.store.add_invitation(row).await? {
        Stored::Done { .. } => Ok(InvitationCreated { expires }),
        Stored::Conflict { .. } => Err(ErrorCode::TooMany.into()),
    }
}

async fn find(call: &Call<'_>, invitation: &str) -> Result<Invitation, ApiError> {
    let gone = ErrorCode::InvitationGone;
    let invitation = invitation.parse().map_err(|_| gone)?;
    let found = call.service.store.invitation(invitation).await?;
    let minute = call.service.env.minute();
    Ok(found.filter(|found| found.expires > minute).ok_or(gone)?)
}

/// `GET invitations/{id}`, open to strangers: no row is written, no mark is left.
pub(crate) async fn look(call: &Call<'_>, invitation: &str) -> Result<InvitationView, ApiError> {
    call.slow_stranger()?;
    let found = find(call, invitation).await?;
    if found.state != InvitationState::Open {
        return Err(ErrorCode::InvitationGone.into());
    }
    Ok(InvitationView {
        offer: found.offer.into(),
        expires: found.expires,
    })
}

/// `POST invitations/{id}/accept`: once, by somebody else; the same again is no second time.
///
/// Nobody is bound by it. That comes with the entry that admits the member.
pub(crate) async fn accept(call: &Call<'_>, invitation: &str) -> Result<Empty, ApiError> {
    let signed = call.signed().await?;
    let InvitationAccept { member, answer } = call.body()?;
    at_most(&answer, MAX_OFFER)?;
    let found = find(call, invitation).await?;
    let store = &call.service.store;
    let state = store
        .log_state(found.space)
        .await?
        .ok_or(ErrorCode::InvitationGone)?;
    let is_known = store.member(signed.account, found.space).await?.is_some()
        || state.membership.member(&member).is_some();
    if is_known || found.account == signed.account {
        return Err(ErrorCode::InvitationGone.into());
    }
    let account = signed.account;
    let guest = Guest { account, member };
    if found.guest == Some(guest) {
        return Ok(Empty {});
    }
    let accepted = Answered::Accept {
        guest,
        answer: answer.0,
    };
    answer_once(call, &found, accepted).await?;
    call.service.wake.publish(Topic::Account(account));
    Ok(Empty {})
}

/// `POST invitations/{id}/decline`, open to strangers: "not now", without a reason.
pub(crate) async fn decline(call: &Call<'_>, invitation: &str) -> Result<Empty, ApiError> {
    call.slow_stranger()?;
    let found = find(call, invitation).await?;
    answer_once(call, &found, Answered::Decline).await?;
    Ok(Empty {})
}

async fn answer_once(
    call: &Call<'_>,
    found: &Invitation,
    answered: Answered,
) -> Result<(), ApiError> {
    let minute = call.service.env.minute();
    if !call
        .service
        .store
        .answer_invitation(found.invitation, answered, minute)
        .await?
    {
        return Err(ErrorCode::InvitationGone.into());
    }
    call.service.wake.publish(Topic::Account(found.account));
    Ok(())
}

/// `GET invitations/{id}/answer`: for the inviter.
pub(crate) async fn pick_up(
    call: &Call<'_>,
    invitation: &str,
) -> Result<InvitationAnswer, ApiError> {
    let signed = call.signed().await?;
    let found = find(call, invitation).await?;
    if found.account != signed.account {
        return Err(ErrorCode::InvitationGone.into());
    }
    let standing = match found.state {
        InvitationState::Open => InvitationStanding::Open,
        InvitationState::Accepted => InvitationStanding::Accepted,
        InvitationState::Declined => InvitationStanding::Declined,
    };
    Ok(InvitationAnswer {
        standing,
        answer: found.answer.into(),
        expires: found.expires,
    })
}

/// `DELETE invitations/{id}`: withdraws it, or clears it away once picked up.
pub(crate) async fn withdraw(call: &Call<'_>, invitation: &str) -> Result<Empty, ApiError> {
    let signed = call.signed().await?;
    let invitation = id(invitation)?;
    if call
        .service
        .store
        .withdraw_invitation(signed.account, invitation)
        .await?
    {
        Ok(Empty {})
    } else {
        Err(ErrorCode::InvitationGone.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{Delete, Get, Post};
    use crate::testing::{House, Writer};
    use troth_wire::api::{Append, Appended, Heads};
    use troth_wire::{InvitationId, MemberId, SpaceId, Token};

    const OURS: SpaceId = SpaceId([9; 16]);

    /// Ana with a space and an open invitation to it, and its path.
    async fn invited() -> (House, Token, String) {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await.token;
        let entries = Append {
            entries: Writer::new(1, OURS).found(),
        };
        let path = format!("/v1/spaces/{OURS}/entries");
        let _: Appended = house
            .send((Post, &path), Some(ana), &entries)
            .await
            .unwrap();
        let invitation = InvitationId([5; 16]);
        let create = InvitationCreate {
            invitation,
            space: OURS,
            offer: vec![1, 2].into(),
        };
        let created: InvitationCreated = house
            .send((Post, "/v1/invitations"), Some(ana), &create)
            .await
            .unwrap();
        assert_eq!(created.expires, crate::testing::NOON + INVITATION_MINUTES);
        (house, ana, format!("/v1/invitations/{invitation}"))
    }

    async fn look(house: &House, path: &str) -> Result<InvitationView, ErrorCode> {
        house.send((Get, path), None, &Empty {}).await
    }

    fn yes() -> InvitationAccept {
        InvitationAccept {
            member: MemberId([2; 16]),
            answer: vec![7, 8].into(),
        }
    }

    #[tokio::test]
    async fn looking_leaves_no_mark_and_accepting_works_once() {
        let (house, ana, path) = invited().await;
        for _ in 0..3 {
            assert_eq!(look(&house, &path).await.unwrap().offer.0, [1, 2]);
        }
        let ben = house.sign_up("ben", "battery staple").await.token;
        let accept = format!("{path}/accept");
        let Empty {} = house
            .send((Post, &accept), Some(ben), &yes())
            .await
            .unwrap();
        // The same again is the same; any other answer comes too late.
        let again: Result<Empty, _> = house.send((Post, &accept), Some(ben), &yes()).await;
        assert_eq!(again, Ok(Empty {}));
        let other = InvitationAccept {
            member: MemberId([3; 16]),
            ..yes()
        };
        let late: Result<Empty, _> = house.send((Post, &accept), Some(ben), &other).await;
        assert_eq!(late, Err(ErrorCode::InvitationGone));
        assert_eq!(look(&house, &path).await, Err(ErrorCode::InvitationGone));
        let answer: InvitationAnswer = house
            .send((Get, &format!("{path}/answer")), Some(ana), &Empty {})
            .await
            .unwrap();
        assert_eq!(
            (answer.standing, answer.answer.0),
            (InvitationStanding::Accepted, vec![7, 8])
        );
        let heads: Heads = house
            .send((Get, "/v1/heads"), Some(ben), &Empty {})
            .await
            .unwrap();
        assert_eq!(heads.spaces, []);
    }

    #[tokio::test]
    async fn not_now_needs_no_account_and_gives_no_reason() {
        let (house, ana, path) = invited().await;
        let Empty {} = house
            .send((Post, &format!("{path}/decline")), None, &Empty {})
            .await
            .unwrap();
        let answer: InvitationAnswer = house
            .send((Get, &format!("{path}/answer")), Some(ana), &Empty {})
            .await
            .unwrap();
        assert_eq!(
            (answer.standing, answer.answer.0),
            (InvitationStanding::Declined, vec![])
        );
        assert_eq!(look(&house, &path).await, Err(ErrorCode::InvitationGone));
        // Nor does the link bring anyone in later.
        let ben = house.sign_up("ben", "battery staple").await.token;
        let accept = format!("{path}/accept");
        let late: Result<Empty, _> = house.send((Post, &accept), Some(ben), &yes()).await;
        assert_eq!(late, Err(ErrorCode::InvitationGone));
    }

    #[tokio::test]
    async fn withdrawn_expired_and_never_made_look_the_same() {
        let (house, ana, path) = invited().await;
        let never = format!("/v1/invitations/{}", InvitationId([6; 16]));
        assert_eq!(look(&house, &never).await, Err(ErrorCode::InvitationGone));
        house.env.pass_minutes(INVITATION_MINUTES);
        assert_eq!(look(&house, &path).await, Err(ErrorCode::InvitationGone));
        let Empty {} = house
            .send((Delete, &path), Some(ana), &Empty {})
            .await
            .unwrap();
        assert_eq!(look(&house, &path).await, Err(ErrorCode::InvitationGone));
    }

    #[tokio::test]
    async fn only_the_inviter_picks_up_and_nobody_invites_themselves() {
        let (house, ana, path) = invited().await;
        let eve = house.sign_up("eve", "battery staple").await.token;
        let answer: Result<InvitationAnswer, _> = house
            .send((Get, &format!("{path}/answer")), Some(eve), &Empty {})
            .await;
        assert_eq!(answer, Err(ErrorCode::InvitationGone));
        let own: Result<Empty, _> = house
            .send((Post, &format!("{path}/accept")), Some(ana), &yes())
            .await;
        assert_eq!(own, Err(ErrorCode::InvitationGone));
        let create = InvitationCreate {
            invitation: InvitationId([7; 16]),
            space: OURS,
            offer: vec![1].into(),
        };
        let strange: Result<InvitationCreated, _> = house
            .send((Post, "/v1/invitations"), Some(eve), &create)
            .await;
        assert_eq!(strange, Err(ErrorCode::NotAMember));
    }
}
