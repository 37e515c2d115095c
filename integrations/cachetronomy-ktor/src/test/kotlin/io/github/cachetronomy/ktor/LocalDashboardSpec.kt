package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.ForeignFileException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.forms.submitForm
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.request.prepareGet
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.Cookie
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.parameters
import io.ktor.http.setCookie
import io.ktor.utils.io.readLine
import java.net.BindException
import java.net.ConnectException
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.sql.DriverManager
import kotlin.io.path.exists

/** A browser, of which only the cookies are kept. */
private class Browser(
    private val client: HttpClient,
    private val dashboard: LocalDashboard,
) {
    private val cookies = linkedMapOf<String, Cookie>()

    val page: String = dashboard.url.substringBefore('?')
    val origin: String = page.removeSuffix("/cachetronomy")

    suspend fun get(
        url: String,
        host: String? = null,
    ): HttpResponse =
        client
            .get(url) {
                header(HttpHeaders.Cookie, cookieLine())
                host?.let { header(HttpHeaders.Host, it) }
            }.also { answer -> answer.setCookie().forEach { cookies[it.name] = it } }

    suspend fun enter(): HttpResponse = get(dashboard.url)

    suspend fun delete(
        id: String,
        token: String,
        origin: String = this.origin,
    ): HttpResponse =
        client.submitForm(
            "$page/delete",
            parameters {
                append("id", id)
                append("token", token)
            },
        ) {
            header(HttpHeaders.Cookie, cookieLine())
            header(HttpHeaders.Origin, origin)
        }

    /** The first line of the numbers as they come. */
    suspend fun firstEvent(): String? =
        client
            .prepareGet("$page/live") { header(HttpHeaders.Cookie, cookieLine()) }
            .execute { it.bodyAsChannel().readLine() }

    private fun cookieLine() = cookies.values.joinToString("; ") { "${it.name}=${it.value}" }
}

@Tags("fast")
class LocalDashboardSpec :
    FunSpec({
        val folder = tempdir().toPath()
        val client =
            HttpClient(CIO) {
                followRedirects = false
                expectSuccess = false
            }
        afterSpec { client.close() }

        suspend fun file(name: String): Path =
            folder.resolve(name).also { file -> Cachetronaut(file).use { it.set("k", "a value") } }

        suspend fun opened(
            name: String,
            test: suspend Browser.(LocalDashboard) -> Unit,
        ) = LocalDashboard.open(file(name)).use { Browser(client, it).test(it) }

        test("the address lets its first visitor in, who goes on without the token") {
            opened("first.db") {
                val entered = enter()
                entered.status shouldBe HttpStatusCode.Found
                entered.headers[HttpHeaders.Location] shouldBe "/cachetronomy"
                entered.headers[HttpHeaders.CacheControl] shouldBe "no-store"
                entered.headers["Referrer-Policy"] shouldBe "same-origin"
                entered.headers[HttpHeaders.SetCookie].orEmpty().let {
                    it shouldContain "HttpOnly"
                    it shouldContain "SameSite=Strict"
                    it shouldContain "Path=/cachetronomy"
                }
                val shown = get(page)
                shown.status shouldBe HttpStatusCode.OK
                shown.bodyAsText() shouldContain "Hit ratio"
                get("$page/entry?id=aw").bodyAsText() shouldContain "a value"
                get("$page/assets/dashboard.js").status shouldBe HttpStatusCode.OK
                firstEvent() shouldBe "event: history"
            }
        }

        test("the address that was used lets nobody else in") {
            opened("second.db") { dashboard ->
                enter()
                val other = Browser(client, dashboard)
                other.enter().status shouldBe HttpStatusCode.Forbidden
                other.get(page).status shouldBe HttpStatusCode.Forbidden
                // Once more, in the browser that is in already.
                enter().status shouldBe HttpStatusCode.OK
            }
        }

        test("without the right token nothing is shown, and it is still good afterwards") {
            opened("without.db") { dashboard ->
                val wrong = listOf("", "?token=", "?token=x", "?token=${"A".repeat(43)}", "?token=%00")
                for (path in listOf("", "/search", "/live", "/assets/dashboard.js", "/nothing")) {
                    for (token in wrong) {
                        withClue(path + token) {
                            val answer = get("$page$path$token")
                            answer.status shouldBe HttpStatusCode.Forbidden
                            answer.setCookie() shouldBe emptyList()
                            answer.headers["Content-Security-Policy"] shouldNotBe null
                        }
                    }
                }
                delete("aw", "x").status shouldBe HttpStatusCode.Forbidden
                Browser(client, dashboard).enter().status shouldBe HttpStatusCode.Found
            }
        }

        test("under the name of somebody else the right token is refused, and not used up") {
            opened("rebound.db") { dashboard ->
                val answer = get(dashboard.url, host = "rebound.example")
                answer.status shouldBe HttpStatusCode.Forbidden
                answer.setCookie() shouldBe emptyList()
                enter().status shouldBe HttpStatusCode.Found
                get(page, host = "rebound.example").status shouldBe HttpStatusCode.Forbidden
            }
        }

        test("entries are removed by the page's own forms alone") {
            opened("changes.db") {
                enter()
                val form = Regex("name=\"token\" value=\"([^\"]+)\"").find(get(page).bodyAsText())
                val token = form?.groupValues?.get(1).orEmpty()
                delete("aw", "another").status shouldBe HttpStatusCode.Forbidden
                delete("aw", token, origin = "http://127.0.0.1:1").status shouldBe HttpStatusCode.Forbidden
                get("$page/entry?id=aw").bodyAsText() shouldContain "a value"
                delete("aw", token).status shouldBe HttpStatusCode.SeeOther
                get("$page/entry?id=aw").bodyAsText() shouldNotContain "a value"
            }
        }

        test("two dashboards in one browser leave each other alone") {
            LocalDashboard.open(file("one.db")).use { one ->
                LocalDashboard.open(file("other.db")).use { other ->
                    val (first, second) = listOf(one, other).map { Browser(client, it).enter().setCookie().single() }
                    first.name shouldNotBe second.name
                }
            }
        }

        test("it listens on this machine alone, on the port that is asked for") {
            val port = ServerSocket(0).use(ServerSocket::getLocalPort)
            LocalDashboard.open(file("port.db"), port).use {
                it.url shouldStartWith "http://127.0.0.1:$port/cachetronomy?token="
            }
            listOf(-1, 65_536).forEach { shouldThrow<IllegalArgumentException> { LocalDashboard.open(folder, it) } }
        }

        test("closed, it is gone, and closed again it is as it was") {
            val dashboard = LocalDashboard.open(file("closed.db"))
            repeat(2) { dashboard.close() }
            shouldThrow<ConnectException> { client.get(dashboard.url) }
            // With settings that an open one would not agree with.
            Cachetronaut(folder.resolve("closed.db")) { setAsideDamaged = true }.use {
                it.get<String>("k") shouldBe
                    "a value"
            }
        }

        test("a port that is taken is told, and leaves nothing open") {
            ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { taken ->
                val port = taken.localPort
                shouldThrow<BindException> { LocalDashboard.open(file("taken.db"), port) }.message shouldContain "$port"
            }
            Cachetronaut(folder.resolve("taken.db")) { setAsideDamaged = true }.use { it.contains("k") shouldBe true }
        }

        test("a file that is another application's is told, and stays as it is") {
            val file = folder.resolve("foreign.db")
            DriverManager.getConnection("jdbc:sqlite:$file").use { connection ->
                connection.createStatement().use { it.execute("CREATE TABLE theirs (a)") }
            }
            shouldThrow<ForeignFileException> { LocalDashboard.open(file) }
        }

        test("a file that is not there is told, and not made") {
            val file = folder.resolve("none.db")
            shouldThrow<NoSuchFileException> { LocalDashboard.open(file) }
            file.exists() shouldBe false
        }
    })
