package io.github.cachetronomy.ktor.responses

import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.ByteWriteChannel
import io.ktor.utils.io.cancel
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.writeFully
import io.ktor.utils.io.writer
import kotlinx.coroutines.coroutineScope
import java.io.ByteArrayOutputStream

/** A body that is here. Headers are the call's. */
internal class BytesContent(
    override val status: HttpStatusCode,
    private val bytes: ByteArray,
) : OutgoingContent.ByteArrayContent() {
    override val contentLength: Long get() = bytes.size.toLong()

    override fun bytes(): ByteArray = bytes
}

/** No body, and the length of the one there would be; null = it is not known. */
internal class BodilessContent(
    override val status: HttpStatusCode,
    override val contentLength: Long?,
) : OutgoingContent.NoContent()

/** What gives the body, whoever has put something around it. */
internal fun OutgoingContent.body(): OutgoingContent =
    if (this is OutgoingContent.ContentWrapper) delegate().body() else this

/** A body that passes by, of which a copy is taken as long as it is short enough. */
internal class CopiedContent(
    private val original: OutgoingContent,
    private val limit: Int,
    private val reader: Reader,
) : OutgoingContent.WriteChannelContent() {
    override val contentType get() = original.contentType
    override val contentLength get() = original.contentLength
    override val status get() = original.status
    override val headers get() = original.headers

    override suspend fun writeTo(channel: ByteWriteChannel) {
        reader.begin()
        try {
            copyTo(channel)
        } finally {
            reader.end()
        }
    }

    private suspend fun copyTo(channel: ByteWriteChannel) {
        coroutineScope {
            val source =
                when (val content = original.body()) {
                    is ReadChannelContent -> content.readFrom()
                    is WriteChannelContent -> writer { content.writeTo(this.channel) }.channel
                    else -> error("no stream: $content")
                }
            try {
                pass(source, channel)
            } finally {
                source.cancel()
            }
        }
    }

    private suspend fun pass(
        source: ByteReadChannel,
        target: ByteWriteChannel,
    ) {
        var copy: ByteArrayOutputStream? = ByteArrayOutputStream()
        val buffer = ByteArray(BUFFER)
        while (true) {
            val read = source.readAvailable(buffer)
            if (read < 0) break
            target.writeFully(buffer, 0, read)
            // Whoever reads a stream that is slow wants each piece when it comes.
            target.flush()
            if (copy == null) continue
            if (copy.size() + read > limit) {
                copy = null
                reader.tooLong()
            } else {
                copy.write(buffer, 0, read)
            }
        }
        source.closedCause?.let { throw it }
        val bytes = copy?.toByteArray() ?: return
        val promised = contentLength
        if (promised == null || promised == bytes.size.toLong()) reader.whole(bytes)
    }

    /** Who wants the copy. */
    interface Reader {
        fun begin()

        fun tooLong()

        suspend fun whole(bytes: ByteArray)

        /** Comes last, whatever happened. */
        fun end()
    }

    private companion object {
        const val BUFFER = 8192
    }
}
