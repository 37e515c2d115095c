package io.github.cachetronomy.ktor.dashboard

import org.openqa.selenium.By
import org.openqa.selenium.OutputType
import org.openqa.selenium.StaleElementReferenceException
import org.openqa.selenium.chrome.ChromeDriver
import org.openqa.selenium.chrome.ChromeDriverService
import org.openqa.selenium.chrome.ChromeOptions
import org.openqa.selenium.logging.LogType
import org.openqa.selenium.logging.LoggingPreferences
import org.openqa.selenium.support.ui.WebDriverWait
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.logging.Level
import kotlin.io.path.createDirectories
import kotlin.io.path.writeBytes

/** A Chromium without a window, and what it complains of. */
internal class Browser(
    chromium: File,
    chromeDriver: File,
) : AutoCloseable {
    val driver: ChromeDriver =
        ChromeDriver(
            ChromeDriverService.Builder().usingDriverExecutable(chromeDriver).build(),
            ChromeOptions().apply {
                setBinary(chromium)
                addArguments(
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--hide-scrollbars",
                )
                setCapability("goog:loggingPrefs", LoggingPreferences().apply { enable(LogType.BROWSER, Level.ALL) })
            },
        )

    /** What the console said since this was asked last. */
    fun complaints(): List<String> =
        driver
            .manage()
            .logs()
            .get(LogType.BROWSER)
            .all
            .map { it.message }

    /** Ends with the page: one that is open complains when its server ends. */
    fun leave() {
        driver.get("about:blank")
        complaints()
    }

    fun text(id: String): String = driver.findElement(By.id(id)).text

    fun waitUntil(
        what: String,
        holds: () -> Boolean,
    ) {
        WebDriverWait(driver, Duration.ofSeconds(30))
            .withMessage(what)
            // Numbers are drawn anew while they are read.
            .ignoring(StaleElementReferenceException::class.java)
            .until { holds() }
    }

    fun isDark(dark: Boolean) {
        val scheme = mapOf("name" to "prefers-color-scheme", "value" to if (dark) "dark" else "light")
        driver.executeCdpCommand("Emulation.setEmulatedMedia", mapOf("features" to listOf(scheme)))
    }

    fun width(
        width: Int,
        height: Int = 900,
    ) {
        driver.executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            mapOf("width" to width, "height" to height, "deviceScaleFactor" to 1, "mobile" to (width < 600)),
        )
    }

    /** A picture of the whole page, however long, in target/screenshots. */
    fun picture(name: String) {
        val options = mapOf("format" to "png", "captureBeyondViewport" to true)
        val answer = driver.executeCdpCommand("Page.captureScreenshot", options)
        val png = OutputType.BYTES.convertFromBase64Png(answer.getValue("data").toString())
        FOLDER.createDirectories().resolve("$name.png").writeBytes(png)
    }

    override fun close() {
        driver.quit()
    }

    companion object {
        private val FOLDER = Path.of("target", "screenshots")

        /** The browser of this machine; null where it has none, or no driver for it. */
        fun openOrNull(): Browser? {
            val chromium = onPath("chromium", "chromium-browser", "google-chrome") ?: return null
            return Browser(chromium, onPath("chromedriver") ?: return null)
        }

        private fun onPath(vararg names: String): File? =
            System
                .getenv("PATH")
                .orEmpty()
                .split(File.pathSeparator)
                .filter(String::isNotEmpty)
                .flatMap { folder -> names.map { Path.of(folder, it) } }
                .firstOrNull(Files::isExecutable)
                ?.toFile()
    }
}
