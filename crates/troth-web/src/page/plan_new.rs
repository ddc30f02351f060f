//! A commitment to make.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::Command;

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, submit};
use crate::part::field::{area, drafted};
use crate::part::schedule::{ScheduleForm, schedule_fields};
use crate::route::Route;
use crate::texts::t;

pub(super) fn page(app: App) -> impl IntoView {
    let what = RwSignal::new(String::new());
    let form = ScheduleForm::new(None);
    let doing = Doing::new();
    let make = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(schedule) = form.schedule() else {
            doing.refuse(Trouble::incomplete(t("refused-schedule")));
            return;
        };
        let command = Command::MakeCommitment {
            text: what.get_untracked().trim().to_owned(),
            schedule,
        };
        app.run(
            doing,
            async move {
                let id = app.dispatch(command).await?;
                app.drop_drafts(&["plan"]).await;
                Ok::<_, Trouble>(id)
            },
            move |id| app.go_instead(Route::Plan(id.to_string())),
        );
    };
    view! {
        <form class="stack" on:submit=make>
            {heading(t("plan-new-title"))}
            <p>{t("plan-new-text")}</p>
            {drafted(app, "plan".to_owned(), area("what", t("plan-what"), t("plan-what-hint"), what), what)}
            {schedule_fields(form)}
            {submit(doing, t("plan-button"), t("plan-working"))}
            <p class="small quiet">{t("plan-tell")}</p>
        </form>
    }
}
