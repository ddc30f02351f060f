//! `invitations`: two sealed halves, one use, no mark left by looking.

use troth_wire::api::{
    Empty, ErrorCode, INVITATION_MINUTES, InvitationAccept, InvitationAnswer, InvitationCreate,
    InvitationCreated, InvitationStanding, InvitationView, MAX_INVITATIONS, MAX_OFFER,
};

use super::{at_most, id};
use crate::auth::Call;
use crate::error::ApiError;
use crate::store::{Answered, Invitation, InvitationState, Stored};
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

/// `POST invitations/{id}/accept`: once, by somebody else.
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
    let accepted = Answered::Accept {
        account,
        member,
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
