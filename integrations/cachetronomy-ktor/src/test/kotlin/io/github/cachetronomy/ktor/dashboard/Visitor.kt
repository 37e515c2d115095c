package io.github.cachetronomy.ktor.dashboard

import io.ktor.client.HttpClient
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.forms.submitForm
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpHeaders
import io.ktor.http.parameters
import io.ktor.http.setCookie
import io.ktor.server.testing.ApplicationTestBuilder

/** A browser that has the page open: it has the cookie and the forms. */
internal class Visitor(
    private val client: HttpClient,
    val cookie: String,
    val token: String,
) {
    suspend fun post(
        action: String,
        vararg fields: Pair<String, String>,
        origin: String? = "http://localhost",
        token: String? = this.token,
        cookie: String? = this.cookie,
        request: HttpRequestBuilder.() -> Unit = {},
    ): HttpResponse =
        client.submitForm(
            "/cachetronomy/$action",
            parameters {
                fields.forEach { (name, value) -> append(name, value) }
                token?.let { append("token", it) }
            },
        ) {
            origin?.let { header(HttpHeaders.Origin, it) }
            cookie?.let { header(HttpHeaders.Cookie, it) }
            request()
        }
}

internal suspend fun ApplicationTestBuilder.visitor(): Visitor {
    val client = createClient { followRedirects = false }
    val page = client.get("/cachetronomy")
    val cookie = page.setCookie().single()
    val token =
        Regex("name=\"token\" value=\"([^\"]+)\"")
            .find(page.bodyAsText())
            ?.groupValues
            ?.get(1)
            .orEmpty()
    return Visitor(client, "${cookie.name}=${cookie.value}", token)
}
