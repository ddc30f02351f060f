//! What the routes mean: typed requests over a relay that knows nothing of them.
//!
//! The routes are specified in `docs/protocol/http.md`, their values in
//! [`troth_wire::api`].

use minicbor::{Decode, Encode};
use troth_wire::api::{self, Empty, ErrorCode, Problem};
use troth_wire::{EntryId, InvitationId, SessionId, SpaceId, Token, frame};

use super::{Method, Relay, RelayError, Request};
use crate::trouble::Trouble;

/// Why a call gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// No answer came, or not one of a Troth server.
    Relay(RelayError),
    /// The server said why not.
    Problem(ErrorCode, Option<u64>),
    /// The answer cannot be read.
    Malformed,
}

impl CallError {
    /// Tells whether the server said this.
    pub(crate) fn is(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Problem(said, _) if *said == code)
    }
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Relay(error) => Self::Relay(error),
            CallError::Problem(ErrorCode::SignInAgain, _) => Self::SignedOut,
            CallError::Problem(ErrorCode::SlowDown, _) => Self::Slowed,
            CallError::Problem(ErrorCode::VersionConflict, _) => Self::Overtaken,
            CallError::Problem(code, _) => Self::Server(code),
            CallError::Malformed => Self::Malformed,
        }
    }
}

fn entries_path(space: &SpaceId, after: u64) -> String {
    format!("/v1/spaces/{space}/entries?after={after}")
}

/// The server's routes over one relay, with or without a session.
#[derive(Debug)]
pub(crate) struct Server<'a, R> {
    relay: &'a R,
    token: Option<Token>,
}

impl<'a, R: Relay> Server<'a, R> {
    /// Speaks without a session.
    pub(crate) fn stranger(relay: &'a R) -> Self {
        Self { relay, token: None }
    }

    /// Speaks as a signed-in device.
    pub(crate) fn signed_in(relay: &'a R, token: Token) -> Self {
        Self {
            relay,
            token: Some(token),
        }
    }

    fn request(&self, method: Method, path: String, body: Vec<u8>) -> Request {
        Request {
            method,
            path,
            session: self.token.map(|token| token.to_string()),
            body,
        }
    }

    async fn send<A: for<'b> Decode<'b, ()>>(
        &self,
        method: Method,
        path: String,
        body: Vec<u8>,
    ) -> Result<A, CallError> {
        let request = self.request(method, path, body);
        let answer = self.relay.call(request).await.map_err(CallError::Relay)?;
        if (200..300).contains(&answer.status) {
            return frame::decode(&answer.body).map_err(|_| not_troth(&answer.body));
        }
        match frame::decode::<Problem>(&answer.body) {
            Ok(problem) => Err(CallError::Problem(problem.code, problem.version)),
            Err(_) => Err(not_troth(&answer.body)),
        }
    }

    async fn read<A: for<'b> Decode<'b, ()>>(&self, path: String) -> Result<A, CallError> {
        self.send(Method::Get, path, Vec::new()).await
    }

    async fn write<B: Encode<()>, A: for<'b> Decode<'b, ()>>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<A, CallError> {
        self.send(method, path.to_owned(), frame::encode(body))
            .await
    }

    async fn post<B: Encode<()>, A: for<'b> Decode<'b, ()>>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<A, CallError> {
        self.write(Method::Post, path, body).await
    }

    async fn done<B: Encode<()>>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<(), CallError> {
        let _: Empty = self.write(method, path, body).await?;
        Ok(())
    }

    async fn delete(&self, path: String) -> Result<(), CallError> {
        let _: Empty = self.send(Method::Delete, path, Vec::new()).await?;
        Ok(())
    }

    pub(crate) async fn about(&self) -> Result<api::About, CallError> {
        self.read(String::from("/v1/server")).await
    }

    pub(crate) async fn register_start(
        &self,
        start: &api::RegisterStart,
    ) -> Result<api::RegisterStarted, CallError> {
        self.post("/v1/accounts/start", start).await
    }

    pub(crate) async fn register_finish(
        &self,
        finish: &api::RegisterFinish,
    ) -> Result<api::SignedIn, CallError> {
        self.post("/v1/accounts/finish", finish).await
    }

    pub(crate) async fn login_start(
        &self,
        start: &api::LoginStart,
    ) -> Result<api::LoginStarted, CallError> {
        self.post("/v1/login/start", start).await
    }

    pub(crate) async fn login_finish(
        &self,
        finish: &api::LoginFinish,
    ) -> Result<api::SignedIn, CallError> {
        self.post("/v1/login/finish", finish).await
    }

    pub(crate) async fn recover_start(
        &self,
        start: &api::RecoverStart,
    ) -> Result<api::RecoverStarted, CallError> {
        self.post("/v1/recover/start", start).await
    }

    pub(crate) async fn recover_finish(
        &self,
        finish: &api::RecoverFinish,
    ) -> Result<api::SignedIn, CallError> {
        self.post("/v1/recover/finish", finish).await
    }

    pub(crate) async fn account(&self) -> Result<api::AccountView, CallError> {
        self.read(String::from("/v1/account")).await
    }

    pub(crate) async fn prove_by_password(
        &self,
        start: &api::ProofStart,
    ) -> Result<api::LoginStarted, CallError> {
        self.post("/v1/proof/password", start).await
    }

    pub(crate) async fn prove_by_words(
        &self,
        start: &api::RecoveryProofStart,
    ) -> Result<api::RecoverStarted, CallError> {
        self.post("/v1/proof/recovery", start).await
    }

    pub(crate) async fn delete_account(
        &self,
        delete: &api::DeleteAccount,
    ) -> Result<(), CallError> {
        self.done(Method::Post, "/v1/account/delete", delete).await
    }

    pub(crate) async fn password_word(
        &self,
        ask: &api::PasswordAsk,
    ) -> Result<api::PasswordAnswer, CallError> {
        self.post("/v1/password/word", ask).await
    }

    pub(crate) async fn put_keyring(&self, put: &api::PutBlob) -> Result<api::PutDone, CallError> {
        self.write(Method::Put, "/v1/account/keyring", put).await
    }

    pub(crate) async fn vault(&self) -> Result<api::StoredBlob, CallError> {
        self.read(String::from("/v1/account/vault")).await
    }

    pub(crate) async fn put_vault(&self, put: &api::PutBlob) -> Result<api::PutDone, CallError> {
        self.write(Method::Put, "/v1/account/vault", put).await
    }

    pub(crate) async fn password_start(
        &self,
        start: &api::PasswordStart,
    ) -> Result<api::PasswordStarted, CallError> {
        self.post("/v1/password/start", start).await
    }

    pub(crate) async fn password_finish(
        &self,
        finish: &api::PasswordFinish,
    ) -> Result<api::PutDone, CallError> {
        self.post("/v1/password/finish", finish).await
    }

    pub(crate) async fn sessions(&self) -> Result<api::SessionList, CallError> {
        self.read(String::from("/v1/sessions")).await
    }

    pub(crate) async fn end_session(&self, id: SessionId) -> Result<(), CallError> {
        self.delete(format!("/v1/sessions/{id}")).await
    }

    pub(crate) async fn open_invitation(
        &self,
        create: &api::InvitationCreate,
    ) -> Result<api::InvitationCreated, CallError> {
        self.post("/v1/invitations", create).await
    }

    pub(crate) async fn invitation(
        &self,
        id: InvitationId,
    ) -> Result<api::InvitationView, CallError> {
        self.read(format!("/v1/invitations/{id}")).await
    }

    pub(crate) async fn accept(
        &self,
        id: InvitationId,
        accept: &api::InvitationAccept,
    ) -> Result<(), CallError> {
        self.done(
            Method::Post,
            &format!("/v1/invitations/{id}/accept"),
            accept,
        )
        .await
    }

    pub(crate) async fn decline(&self, id: InvitationId) -> Result<(), CallError> {
        self.done(
            Method::Post,
            &format!("/v1/invitations/{id}/decline"),
            &Empty {},
        )
        .await
    }

    pub(crate) async fn answer(
        &self,
        id: InvitationId,
    ) -> Result<api::InvitationAnswer, CallError> {
        self.read(format!("/v1/invitations/{id}/answer")).await
    }

    pub(crate) async fn withdraw(&self, id: InvitationId) -> Result<(), CallError> {
        self.delete(format!("/v1/invitations/{id}")).await
    }

    pub(crate) async fn append(
        &self,
        space: SpaceId,
        append: &api::Append,
    ) -> Result<api::Appended, CallError> {
        self.post(&format!("/v1/spaces/{space}/entries"), append)
            .await
    }

    pub(crate) async fn give_back(
        &self,
        space: SpaceId,
        returned: &api::GiveBack,
    ) -> Result<api::Appended, CallError> {
        self.post(&format!("/v1/spaces/{space}/returned"), returned)
            .await
    }

    pub(crate) async fn entries(
        &self,
        space: SpaceId,
        after: u64,
    ) -> Result<api::Entries, CallError> {
        self.read(entries_path(&space, after)).await
    }

    /// Says that the entries after a place are asked for next.
    pub(crate) fn entries_come_next(&self, space: SpaceId, after: u64) {
        let request = self.request(Method::Get, entries_path(&space, after), Vec::new());
        self.relay.comes_next(&request);
    }

    pub(crate) async fn heads(&self) -> Result<api::Heads, CallError> {
        self.read(String::from("/v1/heads")).await
    }

    pub(crate) async fn claim(&self, space: SpaceId, claim: &api::Claim) -> Result<(), CallError> {
        self.done(Method::Post, &format!("/v1/spaces/{space}/claim"), claim)
            .await
    }

    pub(crate) async fn put_share(
        &self,
        (space, reveal): (SpaceId, EntryId),
        put: &api::PutShare,
    ) -> Result<(), CallError> {
        self.done(
            Method::Put,
            &format!("/v1/spaces/{space}/reveals/{reveal}/share"),
            put,
        )
        .await
    }

    pub(crate) async fn shares(
        &self,
        space: SpaceId,
        reveal: EntryId,
    ) -> Result<api::Shares, CallError> {
        self.read(format!("/v1/spaces/{space}/reveals/{reveal}/share"))
            .await
    }
}

fn not_troth(body: &[u8]) -> CallError {
    match frame::unpad_frame(body) {
        Ok(_) => CallError::Malformed,
        Err(_) => CallError::Relay(RelayError::NotTroth),
    }
}
