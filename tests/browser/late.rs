//! Azure takes its time: what the page says meanwhile is all of one piece.

use tests::TestApp;
use tests::app::minutes;
use tests::browser::{Page, Usable};

const LATE: &str = "Azure accepted the request but the rule hasn't appeared.";

/// The length and the end that stand on the page.
async fn asked_for(page: &Page) -> (String, String) {
    let ends = "return [...document.querySelectorAll('.field__hint')].find((it) => it.innerText.startsWith('Ends at'))?.innerText";
    let ends = page.run(ends).await.as_str().unwrap_or_default().to_owned();
    (page.field("Access duration").value().await, ends)
}

#[tokio::test]
async fn while_a_port_opens_what_was_asked_for_stands_and_cannot_be_changed() {
    let app = TestApp::start_demo().await;
    let path = app.connect_path("state-slow");
    app.visit_as("operator", &path, async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.field("Access duration").fill("2").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("Access approved.")).await;
        page.field("Access duration").becomes(Usable::No).await;
        page.field("Reason*").becomes(Usable::No).await;
        let asked = asked_for(page).await;
        assert_eq!(asked.0, "2");
        app.wait(minutes(3));

        // Whoever comes with another link sees what is on its way, and not what they would ask for.
        page.goto(&format!("{path}?for=30m&reason=INC0099999%20other")).await;
        page.says(LATE).await;
        page.field("Access duration").becomes(Usable::No).await;
        assert_eq!(asked_for(page).await, asked);
        assert_eq!(page.field("Reason*").value().await, "INC0012345 look at the disk");
        page.says("Nothing gets through before that rule is there.").await;
        let text = page.visible_text().await;
        assert!(!text.contains("Azure is opening"), "{text}");
        page.is_fine_at_any_size("late").await;
    })
    .await;
}
