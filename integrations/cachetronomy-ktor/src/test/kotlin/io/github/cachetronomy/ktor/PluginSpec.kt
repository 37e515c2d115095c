package io.github.cachetronomy.ktor

import io.github.cachetronomy.core.CacheClosedException
import io.github.cachetronomy.coroutines.Cachetronaut
import io.github.cachetronomy.testing.InMemoryStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.request.get
import io.ktor.client.statement.bodyAsText
import io.ktor.server.application.install
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.testing.testApplication

@Tags("fast")
class PluginSpec :
    FunSpec({
        val folder = tempdir().toPath()

        test("an application has a cache in the file that is named, and finds its entries again") {
            val file = folder.resolve("app.db")
            repeat(2) { run ->
                testApplication {
                    install(Cachetronomy) { this.file = file }
                    routing { get("/") { call.respondText(call.cachetronomy.cached("k") { "run $run" }) } }
                    client.get("/").bodyAsText() shouldBe "run 0"
                }
            }
        }

        test("a cache that the plug-in opened is closed when the application has stopped") {
            lateinit var cache: Cachetronaut
            testApplication {
                install(Cachetronomy) { file = folder.resolve("closed.db") }
                application { cache = cachetronomy }
                startApplication()
                cache.set("k", "v")
            }
            shouldThrow<CacheClosedException> { cache.get<String>("k") }
        }

        test("a cache that was handed in stays open") {
            Cachetronaut(InMemoryStore()).use { cache ->
                testApplication {
                    install(Cachetronomy) { this.cache = cache }
                    application { cachetronomy shouldBeSameInstanceAs cache }
                    startApplication()
                }
                cache.set("k", "v")
            }
        }

        test("further caches have names, settings and lives of their own") {
            lateinit var orders: Cachetronaut
            testApplication {
                install(Cachetronomy) {
                    file = folder.resolve("first.db")
                    cache("orders") {
                        file = folder.resolve("orders.db")
                        configure { compressAbove = 10 }
                    }
                }
                application { orders = cachetronomy("orders") }
                routing {
                    get("/") {
                        call.cachetronomy.set("k", "first")
                        call.cachetronomy("orders").set("k", "orders")
                        call.respondText(
                            call.cachetronomy.get<String>("k") + call.cachetronomy("orders").get<String>("k"),
                        )
                    }
                }
                client.get("/").bodyAsText() shouldBe "firstorders"
                shouldThrow<IllegalArgumentException> { application.cachetronomy("order") }
                    .message shouldContain "[orders]"
            }
            shouldThrow<CacheClosedException> { orders.get<String>("k") }
        }

        test("one cache that cannot be opened closes those that were") {
            val file = folder.resolve("closed again.db")
            val config = CachetronomyConfig()
            config.file = file
            config.configure { compressAbove = 100 }
            config.cache("other") { configure { error("no") } }
            shouldThrow<IllegalStateException> { config.openAll() }.message shouldBe "no"
            Cachetronaut(file) { compressAbove = 200 }.close()
        }

        test("a handed-in cache takes no settings") {
            Cachetronaut(InMemoryStore()).use { cache ->
                val config = CachetronomyConfig()
                config.cache = cache
                config.configure { compressAbove = 100 }
                shouldThrow<IllegalArgumentException> { config.openAll() }
            }
        }

        test("a name is given once") {
            val config = CachetronomyConfig()
            config.cache("a") {}
            shouldThrow<IllegalArgumentException> { config.cache("a") {} }.message shouldContain "a cache a"
        }

        test("without the plug-in the caller is told to install it") {
            testApplication {
                application {
                    shouldThrow<IllegalStateException> { cachetronomy }.message shouldContain "install(Cachetronomy)"
                }
                startApplication()
            }
        }
    })
