package io.github.cachetronomy.examples.shop

import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.get
import io.ktor.client.request.post
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpStatusCode
import io.ktor.server.testing.ApplicationTestBuilder
import io.ktor.server.testing.testApplication
import java.nio.file.Path
import kotlin.time.Duration

@Tags("fast")
class ShopSpec :
    FunSpec({
        val folder = tempdir().toPath()

        fun shop(
            file: Path,
            test: suspend ApplicationTestBuilder.(Catalogue) -> Unit,
        ) = testApplication {
            val catalogue = Catalogue(size = 3, latency = Duration.ZERO)
            application { shop(file, catalogue) }
            test(catalogue)
        }

        test("the catalogue is asked once, also after a restart") {
            val file = folder.resolve("once.db")
            repeat(2) { run ->
                shop(file) { catalogue ->
                    repeat(3) {
                        client.get("/products/2").bodyAsText() shouldBe
                            """{"id":2,"name":"Product 2","cents":200}"""
                    }
                    catalogue.reads shouldBe if (run == 0) 1 else 0
                }
            }
        }

        test("a new price is seen at once, and what it does not concern stays") {
            shop(folder.resolve("price.db")) { catalogue ->
                for (path in listOf("/products", "/products/1", "/products/2")) client.get(path)
                client.post("/products/2/price?cents=5").status shouldBe HttpStatusCode.OK
                client.get("/products/2").bodyAsText() shouldContain "\"cents\":5"
                client.get("/products").bodyAsText() shouldContain "\"cents\":5"
                client.get("/products/1")
                catalogue.reads shouldBe 5
            }
        }

        test("what is not there is not kept") {
            shop(folder.resolve("none.db")) { catalogue ->
                repeat(2) { client.get("/products/4").status shouldBe HttpStatusCode.NotFound }
                client.get("/products/x").status shouldBe HttpStatusCode.BadRequest
                catalogue.reads shouldBe 2
            }
        }
    })
