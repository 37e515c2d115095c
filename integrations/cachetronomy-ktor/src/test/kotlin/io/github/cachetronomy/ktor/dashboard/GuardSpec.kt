package io.github.cachetronomy.ktor.dashboard

import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.ktor.Cachetronomy
import io.github.cachetronomy.ktor.cachetronomyDashboard
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.basicAuth
import io.ktor.client.request.forms.submitForm
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.HttpResponse
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.basic
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.testing.ApplicationTestBuilder
import io.ktor.server.testing.testApplication

@Tags("fast")
class GuardSpec :
    FunSpec({
        val everything = listOf("", "/search?q=k", "/entry?id=aw", "/live", "/assets/dashboard.js", "/nothing")

        test("a dashboard that lets everybody in is refused, and says what to do") {
            testApplication {
                install(Cachetronomy) { cache = Cachetronaut(InMemoryStore()) }
                application {
                    routing {
                        shouldThrow<IllegalArgumentException> { cachetronomyDashboard {} }
                            .message shouldContain "authenticatedBy"
                    }
                }
                startApplication()
            }
        }

        test("without the plug-in or a cache it says so") {
            testApplication {
                application {
                    routing { shouldThrow<IllegalStateException> { cachetronomyDashboard { localOnly = true } } }
                }
                startApplication()
            }
        }

        test("nothing is shown to a visitor who is not logged in, nor to one with another password") {
            testApplication {
                secured()
                everything.forEach { path ->
                    shouldBeRefused(client.get("/cachetronomy$path"), HttpStatusCode.Unauthorized)
                    shouldBeRefused(
                        client.get("/cachetronomy$path") { basicAuth("eve", "x") },
                        HttpStatusCode.Unauthorized,
                    )
                }
                client.get("/cachetronomy") { basicAuth("eve", "right") }.status shouldBe HttpStatusCode.OK
            }
        }

        test("nobody who is not logged in changes anything") {
            Cachetronaut(InMemoryStore()).use { cache ->
                cache.set("k", "v")
                testApplication {
                    secured(cache)
                    client
                        .submitForm("/cachetronomy/evict-all") { header(HttpHeaders.Origin, "http://localhost") }
                        .status shouldBe HttpStatusCode.Unauthorized
                    cache.stats().memoryEntries shouldBe 1
                }
            }
        }

        test("from another machine nothing is shown, whatever the headers say") {
            testApplication {
                local(peer = "203.0.113.9")
                everything.forEach { path ->
                    shouldBeRefused(
                        client.get("/cachetronomy$path") {
                            header("X-Forwarded-For", "127.0.0.1")
                            header("Forwarded", "for=127.0.0.1")
                        },
                        HttpStatusCode.Forbidden,
                    )
                }
            }
        }

        test("under a name of somebody else nothing is shown, though the address is this machine's") {
            testApplication {
                local(peer = "127.0.0.1")
                listOf("rebound.example", "localhost.example", "127.0.0.1.example", "192.0.2.1", "").forEach { host ->
                    client.get("/cachetronomy") { header(HttpHeaders.Host, host) }.status shouldBe
                        HttpStatusCode.Forbidden
                }
            }
        }

        test("from this machine, under a name of its own, it is shown") {
            testApplication {
                local(peer = "127.0.0.1")
                listOf("localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080").forEach { host ->
                    client.get("/cachetronomy") { header(HttpHeaders.Host, host) }.status shouldBe HttpStatusCode.OK
                }
            }
        }

        test("both guards together let in only whom both let in") {
            testApplication {
                install(Cachetronomy) { cache = Cachetronaut(InMemoryStore()) }
                install(Authentication) { basic { validate { UserIdPrincipal(it.name) } } }
                routing {
                    cachetronomyDashboard {
                        localOnly = true
                        authenticatedBy()
                    }
                }
                client.get("/cachetronomy") { header(HttpHeaders.Host, "localhost") }.status shouldBe
                    HttpStatusCode.Unauthorized
                client
                    .get("/cachetronomy") {
                        basicAuth("eve", "any")
                        header(HttpHeaders.Host, "rebound.example")
                    }.status shouldBe HttpStatusCode.Forbidden
                client
                    .get("/cachetronomy") {
                        basicAuth("eve", "any")
                        header(HttpHeaders.Host, "localhost")
                    }.status shouldBe HttpStatusCode.OK
            }
        }

        test("the application's own routes of the same path are not guarded, nor get the dashboard's headers") {
            testApplication {
                install(Cachetronomy) { cache = Cachetronaut(InMemoryStore()) }
                routing {
                    get("/admin/other") { call.respondText("other") }
                    cachetronomyDashboard("/admin") { localOnly = true }
                }
                val answer = client.get("/admin/other") { header(HttpHeaders.Host, "any.example") }
                answer.status shouldBe HttpStatusCode.OK
                answer.headers["Content-Security-Policy"] shouldBe null
            }
        }

        context("an address is this machine's") {
            withTests("127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1", "::1%lo", "::ffff:127.0.0.1", "localhost") {
                isLoopback(it) shouldBe true
            }
        }

        context("an address is not this machine's") {
            withTests(
                "10.0.0.1",
                "128.0.0.1",
                "127.0.0.1.example",
                "fe80::1",
                "::ffff:10.0.0.1",
                "unknown",
                "a::b::c",
            ) {
                isLoopback(it) shouldBe false
            }
        }
    })

private fun ApplicationTestBuilder.secured(cache: Cachetronaut = Cachetronaut(InMemoryStore())) {
    install(Cachetronomy) { this.cache = cache }
    install(Authentication) {
        basic("admins") { validate { given -> UserIdPrincipal(given.name).takeIf { given.password == "right" } } }
    }
    routing { cachetronomyDashboard { authenticatedBy("admins") } }
}

private fun ApplicationTestBuilder.local(peer: String) {
    routing {
        dashboard("/cachetronomy", LocalOnly { peer }, DashboardSettings(Cachetronaut(InMemoryStore())))
    }
}

private fun shouldBeRefused(
    answer: HttpResponse,
    status: HttpStatusCode,
) {
    withClue(answer.call.request.url) {
        answer.status shouldBe status
        answer.headers["Content-Security-Policy"] shouldContain "default-src 'none'"
    }
}
