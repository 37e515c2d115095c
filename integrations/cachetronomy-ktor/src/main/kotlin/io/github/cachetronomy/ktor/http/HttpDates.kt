package io.github.cachetronomy.ktor.http

import io.ktor.http.fromHttpToGmtDate
import io.ktor.http.toHttpDate
import io.ktor.util.date.GMTDate
import java.time.Instant

/** Dates of headers: RFC 9110, section 5.6.7. */
internal object HttpDates {
    /** Milliseconds since 1970; null = [text] is no date. */
    fun millis(text: String?): Long? {
        if (text == null) return null
        return try {
            text.trim().fromHttpToGmtDate().timestamp
        } catch (_: IllegalStateException) {
            null
        } catch (_: IllegalArgumentException) {
            null
        }
    }

    fun text(at: Instant): String = GMTDate(at.toEpochMilli()).toHttpDate()
}
