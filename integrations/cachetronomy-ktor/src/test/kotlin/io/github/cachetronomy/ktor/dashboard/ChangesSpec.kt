package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.FakeClock
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.setCookie
import io.ktor.server.plugins.forwardedheaders.XForwardedHeaders
import io.ktor.server.testing.testApplication
import kotlin.time.Duration.Companion.seconds

@Tags("fast")
class ChangesSpec :
    FunSpec({
        val delete = arrayOf("id" to idOf("k"))

        test("a change that is not asked for by the page itself is refused, and not made") {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("k", "v")
                testApplication {
                    dashboard(cache)
                    val visitor = visitor()
                    val other = visitor()
                    mapOf(
                        "no token" to visitor.post("delete", *delete, token = null),
                        "another text" to visitor.post("delete", *delete, token = "x"),
                        "another visitor's token" to visitor.post("delete", *delete, token = other.token),
                        "no cookie" to visitor.post("delete", *delete, cookie = null),
                        "a cookie of one's own" to visitor.post("delete", *delete, cookie = "cachetronomy_dashboard=x"),
                        "no origin" to visitor.post("delete", *delete, origin = null),
                        "an origin that is hidden" to visitor.post("delete", *delete, origin = "null"),
                        "another host" to visitor.post("delete", *delete, origin = "http://evil.example"),
                        "another port" to visitor.post("delete", *delete, origin = "http://localhost:81"),
                        "another scheme" to visitor.post("delete", *delete, origin = "https://localhost"),
                        "a host that begins alike" to
                            visitor.post("delete", *delete, origin = "http://localhost.example"),
                    ).forEach { (what, answer) ->
                        withClue(what) { answer.status shouldBe HttpStatusCode.Forbidden }
                    }
                    cache.contains("k") shouldBe true
                    visitor.post("delete", *delete).status shouldBe HttpStatusCode.SeeOther
                    cache.contains("k") shouldBe false
                }
            }
        }

        test(
            "behind a proxy the visitor's page is the dashboard's own where the application trusts what the proxy says",
        ) {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("k", "v")
                for (isTrusted in listOf(false, true)) {
                    testApplication {
                        if (isTrusted) install(XForwardedHeaders)
                        dashboard(cache)
                        val answer =
                            visitor().post("delete", *delete, origin = "https://shop.example") {
                                header(HttpHeaders.XForwardedProto, "https")
                                header(HttpHeaders.XForwardedHost, "shop.example")
                            }
                        answer.status shouldBe if (isTrusted) HttpStatusCode.SeeOther else HttpStatusCode.Forbidden
                        cache.contains("k") shouldBe !isTrusted
                    }
                }
            }
        }

        test("a dashboard that only shows has no forms and refuses changes") {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("k", "v")
                testApplication {
                    dashboard(cache, allowChanges = false)
                    listOf("", "/entry?id=${idOf("k")}").forEach {
                        client.get("/cachetronomy$it").bodyAsText().contains("method=\"post\"") shouldBe false
                    }
                    visitor().post("evict-all").status shouldBe HttpStatusCode.Forbidden
                    cache.stats().memoryEntries shouldBe 1
                }
            }
        }

        test("changes are made, and the page that follows tells them") {
            val clock = FakeClock()
            Cachetronaut(InMemoryStore()) { this.clock = clock }.use { cache ->
                cache.profiles.create("night") { maxItemsInMemory = 5 }
                testApplication {
                    dashboard(cache)
                    val visitor = visitor()

                    suspend fun done(
                        action: String,
                        vararg fields: Pair<String, String>,
                    ): String {
                        val answer = visitor.post(action, *fields)
                        answer.status shouldBe HttpStatusCode.SeeOther
                        val location = answer.headers[HttpHeaders.Location].orEmpty()
                        return client.get(location.removePrefix("..")).bodyAsText()
                    }

                    cache.set("k", "v", tags = setOf("t"))
                    done("evict", *delete) shouldContain "1 entry taken out of memory."
                    cache.stats().memoryEntries shouldBe 0
                    cache.get<String>("k") shouldBe "v"
                    done("evict-all") shouldContain "Memory is empty"
                    cache.stats().memoryEntries shouldBe 0
                    done("clear-tag", "tag" to "t") shouldContain "1 entry deleted."
                    cache.contains("k") shouldBe false
                    cache.set("k", "v", timeToLive = 1.seconds)
                    clock.advance(2.seconds)
                    done("clear-expired") shouldContain "1 entry deleted."
                    done("profile", "name" to "night") shouldContain "The profile is switched."
                    cache.profiles.active.name shouldBe "night"
                }
            }
        }

        test("what cannot be done is told on a page") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(cache)
                    val visitor = visitor()
                    visitor.post("profile", "name" to "<none>").bodyAsText() shouldContain "no profile named"
                    visitor.post("delete", "id" to "?").status shouldBe HttpStatusCode.BadRequest
                    visitor.post("delete").status shouldBe HttpStatusCode.BadRequest
                }
            }
        }

        test("the cookie is sent by no other site and read by no script") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    dashboard(cache)
                    val cookie = client.get("/cachetronomy").setCookie().single()
                    cookie.httpOnly shouldBe true
                    cookie.extensions shouldContain ("SameSite" to "Strict")
                }
            }
        }
    })
