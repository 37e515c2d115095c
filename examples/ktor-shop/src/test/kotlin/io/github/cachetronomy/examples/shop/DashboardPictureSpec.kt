package io.github.cachetronomy.examples.shop

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.TestAbortedException
import io.kotest.engine.spec.tempdir
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import org.openqa.selenium.By
import org.openqa.selenium.OutputType
import org.openqa.selenium.chrome.ChromeDriver
import org.openqa.selenium.chrome.ChromeDriverService
import org.openqa.selenium.chrome.ChromeOptions
import org.openqa.selenium.support.ui.WebDriverWait
import java.io.File
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.createParentDirectories
import kotlin.io.path.writeBytes
import kotlin.time.Duration.Companion.milliseconds

private const val PRODUCTS = 200
private const val NO_BROWSER = "there is no chromium with its chromedriver on the path to take the picture with"

/**
 * The shop's dashboard while visitors are there, in a real browser. Leaves a picture in target/screenshots, or in
 * the file of the property `shop.picture`; then it waits until there is more to see.
 */
@Tags("deep")
class DashboardPictureSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("the dashboard shows what the visitors do") {
            val wanted = System.getProperty("shop.picture")
            val chromium =
                chromium() ?: run {
                    // A report names what was skipped, and not why.
                    System.err.println("skipped: $NO_BROWSER")
                    throw TestAbortedException(NO_BROWSER)
                }
            val visits = CoroutineScope(Dispatchers.Default)
            val server = server(folder.resolve("shop.db"))
            try {
                server.start()
                val url = "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}"
                chromium.get("$url/cachetronomy")
                Load(url, PRODUCTS, Tally()).begin(visits, visitors = 50)
                chromium.waitUntil("the visitors are counted") {
                    text("tile-reads").filter(Char::isDigit).toInt() > if (wanted == null) 2_000 else 20_000
                }
                chromium.waitUntil("what is read most is told") { "/products/1" in text("hot") }
                chromium.waitUntil("changed prices are told") { "tag" in text("evictions") }
                val picture = wanted?.let(Path::of) ?: Path.of("target", "screenshots", "shop.png")
                picture.createParentDirectories().writeBytes(chromium.getScreenshotAs(OutputType.BYTES))
            } finally {
                chromium.quit()
                visits.cancel()
                server.stop(gracePeriodMillis = 0, timeoutMillis = 1000)
            }
        }
    })

/** Here, for in a test it would run its calls on the test's own thread, which waits for the browser. */
private fun server(file: Path) =
    embeddedServer(CIO, port = 0, host = "127.0.0.1") { shop(file, Catalogue(PRODUCTS, latency = 200.milliseconds)) }

private fun chromium(): ChromeDriver? {
    val service = ChromeDriverService.Builder().usingDriverExecutable(onPath("chromedriver") ?: return null).build()
    val options = ChromeOptions()
    options.setBinary(onPath("chromium", "chromium-browser", "google-chrome") ?: return null)
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1280,1130",
    )
    return ChromeDriver(service, options)
}

private fun onPath(vararg names: String): File? =
    System
        .getenv("PATH")
        .orEmpty()
        .split(File.pathSeparator)
        .flatMap { folder -> names.map { File(folder, it) } }
        .firstOrNull(File::canExecute)

private fun ChromeDriver.text(id: String): String = findElement(By.id(id)).text

private fun ChromeDriver.waitUntil(
    what: String,
    holds: ChromeDriver.() -> Boolean,
) {
    WebDriverWait(this, Duration.ofMinutes(3)).withMessage(what).until { holds() }
}
