//! A machine behind an Azure Firewall, which leads to it by another port each time.

use tests::TestApp;
use tests::app::minutes;

const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";

#[tokio::test]
async fn an_extension_that_moves_the_way_in_says_so_and_contradicts_itself_at_no_time() {
    let app = TestApp::start_demo().await;
    app.visit_as("operator", &app.connect_path("cell-01"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.says("→ 203.0.113.60:13000").await;
        page.says("Port 13000 of the firewall leads to the VM.").await;
        app.wait(minutes(20));
        page.button("Extend").click().await;
        page.button("1 h").inside("group", "Extend access").click().await;
        page.says("Extending…").await;
        // What stands until the newer rule does is said as it is.
        page.says("→ 203.0.113.60:13000").await;
        let text = page.visible_text().await;
        for wrong in ["known once access is granted", "Cannot verify", "Azure is opening"] {
            assert!(!text.contains(wrong), "{wrong}: {text}");
        }
        page.says("What is open stays open while it is extended.").await;

        app.while_time_passes(page.says("→ 203.0.113.60:13001")).await;
        page.says("The extension moved the way in: connect to 203.0.113.60:13001 from now on").await;
        page.says("Port 13001 of the firewall leads to the VM.").await;
        let file = page.link("Download RDP file").inside("region", "Open access");
        file.click().await;
        let file = page.downloaded("cell-01.rdp").await;
        assert!(String::from_utf8_lossy(&file).contains("server port:i:1300"));
        page.is_fine_at_any_size("moved").await;

        // The same where the page came with it.
        page.run("location.reload()").await;
        page.says("→ 203.0.113.60:13001").await;
        page.button("Extend").click().await;
        page.button("2 h").inside("group", "Extend access").click().await;
        page.says("Extending…").await;
        app.while_time_passes(page.says("The extension moved the way in")).await;
        page.button("Extend").click().await;
        page.button("Max (3 h)").inside("group", "Extend access").click().await;
        page.says("Extending…").await;
    })
    .await;
}
