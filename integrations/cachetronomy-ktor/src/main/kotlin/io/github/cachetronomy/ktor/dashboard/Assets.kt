package io.github.cachetronomy.ktor.dashboard

import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.withCharset
import io.ktor.server.response.header
import io.ktor.server.response.respondBytes
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.util.getOrFail
import java.security.MessageDigest
import java.util.HexFormat
import java.util.Properties

/** The scripts and styles of the page, from the class path. Named with a part of their hash, they may be kept long. */
internal object Assets {
    const val FOLDER = "assets"
    const val SCRIPT = "dashboard.js"
    const val CHARTS = "chart.js"
    const val STYLE = "dashboard.css"
    const val ICON = "icon.svg"

    private val ours = "io/github/cachetronomy/ktor/dashboard"

    private val assets: Map<String, Asset> by lazy {
        listOfNotNull(
            asset(SCRIPT, "$ours/$SCRIPT", ContentType.Text.JavaScript),
            asset(STYLE, "$ours/$STYLE", ContentType.Text.CSS),
            asset(ICON, "$ours/$ICON", ContentType.Image.SVG),
            chartLibrary()?.let { asset(CHARTS, it, ContentType.Text.JavaScript) },
        ).associateBy { it.name }
    }

    /** Where the page finds it, seen from the dashboard's folder. */
    fun path(name: String): String = "$FOLDER/$name" + assets[name]?.let { "?v=${it.version}" }.orEmpty()

    fun install(route: Route) {
        route.get("/$FOLDER/{name}") {
            val asset = assets[call.parameters.getOrFail("name")]
            if (asset == null) {
                call.respondText("There is no such file.", status = HttpStatusCode.NotFound)
            } else {
                call.response.header(HttpHeaders.CacheControl, "private, max-age=86400")
                call.respondBytes(asset.bytes, asset.type)
            }
        }
    }

    /** Under the version that the application has. */
    private fun chartLibrary(): String? {
        val described = bytes("META-INF/maven/org.webjars.npm/chart.js/pom.properties") ?: return null
        val version = Properties().apply { load(described.inputStream()) }.getProperty("version")
        return "META-INF/resources/webjars/chart.js/$version/dist/chart.umd.min.js"
    }

    private fun asset(
        name: String,
        resource: String,
        type: ContentType,
    ): Asset? = bytes(resource)?.let { Asset(name, type.withCharset(Charsets.UTF_8), it) }

    private fun bytes(resource: String): ByteArray? =
        Assets::class.java.classLoader
            .getResourceAsStream(resource)
            ?.use { it.readBytes() }
}

private class Asset(
    val name: String,
    val type: ContentType,
    val bytes: ByteArray,
) {
    val version: String = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 6)
}
