package io.github.cachetronomy.core.state

import java.io.ByteArrayOutputStream
import java.util.concurrent.ThreadLocalRandom

/** A part of a state, as its head has it. */
internal sealed interface Part {
    /** It stands in the head. */
    class Inline(
        val text: ByteArray,
    ) : Part

    /**
     * It has a row of its own, which begins with the save that wrote it, so that nobody takes the part of another one
     * for it: `{"save":"00000000000009f0","part":{"board":"…"}}`.
     */
    class Row(
        val name: String,
        /** The save that wrote it. */
        val save: String,
        /** When the row is expired, in microseconds. */
        val until: Long,
    ) : Part {
        /** Whether [text] is what the row should have. */
        fun isOf(text: ByteArray): Boolean {
            val beginning = rowBeginning(save)
            return text.size > beginning.size &&
                java.util.Arrays.equals(text, 0, beginning.size, beginning, 0, beginning.size)
        }
    }

    companion object {
        /** Where the part begins in its row. */
        val AT: Int = rowBeginning(newSave()).size

        private fun rowBeginning(save: String) = """{"save":"$save","part":""".encodeToByteArray()

        /** The text of the row that [save] writes. */
        fun row(
            save: String,
            piece: Piece,
        ): ByteArray {
            val out = ByteArrayOutputStream(AT + piece.size + 1)
            out.write(rowBeginning(save))
            piece.writeTo(out)
            out.write('}'.code)
            return out.toByteArray()
        }

        /** A name for a save: another one each time, and always of one length. */
        fun newSave(): String =
            java.lang.Long
                .toHexString(ThreadLocalRandom.current().nextLong())
                .padStart(16, '0')
    }
}

/**
 * The row that says what a state consists of. As JSON, here with some space:
 * ```
 * {"save":"00000000000009f0", "labels":"Xq…", "object":true, "parts":[
 *   {"json":{"score":42}},
 *   {"row":"board", "save":"00000000000007aa", "until":1893499200000000}]}
 * ```
 */
internal class Head(
    /** Another one for each save. */
    val save: String,
    /** Stands for the tags and the profile that the rows were written with. */
    val labels: String,
    /** Whether the parts are JSON objects with the fields of one; otherwise there is one part, which is all. */
    val isObject: Boolean,
    val parts: List<Part>,
) {
    /** By their names. */
    val rows: Map<String, Part.Row> = parts.filterIsInstance<Part.Row>().associateBy(Part.Row::name)

    /** Whether this is what [image] would be saved as; [texts] are those of the rows by name. */
    fun isOf(
        image: Image,
        texts: Map<String, ByteArray>,
    ): Boolean =
        isObject == image.isObject && parts.size == image.pieces.size &&
            parts.zip(image.pieces).all { (part, piece) ->
                when (part) {
                    is Part.Inline -> part.text.size == piece.size && piece.isIn(part.text, 0)
                    is Part.Row -> part.name == piece.name && isRow(piece, part, texts[part.name])
                }
            }

    /** The JSON text of the state, or null where a row is missing in [texts] (by name) or is that of another save. */
    fun assembled(texts: Map<String, ByteArray>): ByteArray? {
        val out = ByteArrayOutputStream(parts.size + texts.values.sumOf { it.size })
        if (isObject) out.write('{'.code)
        parts.forEachIndexed { i, part ->
            if (i > 0) out.write(','.code)
            when (part) {
                is Part.Inline -> {
                    out.inside(part.text, 0, part.text.size)
                }

                is Part.Row -> {
                    val text = texts[part.name]?.takeIf(part::isOf) ?: return null
                    out.inside(text, Part.AT, text.size - 1)
                }
            }
        }
        if (isObject) out.write('}'.code)
        return out.toByteArray()
    }

    private fun ByteArrayOutputStream.inside(
        text: ByteArray,
        from: Int,
        to: Int,
    ) {
        val brace = if (isObject) 1 else 0
        write(text, from + brace, to - from - 2 * brace)
    }

    fun text(): ByteArray {
        val out = ByteArrayOutputStream()

        fun write(text: String) = out.write(text.encodeToByteArray())
        write("""{"save":"$save","labels":"$labels","object":$isObject,"parts":[""")
        parts.forEachIndexed { i, part ->
            if (i > 0) write(",")
            when (part) {
                is Part.Inline -> {
                    write("""{"json":""")
                    out.write(part.text)
                    write("}")
                }

                is Part.Row -> {
                    write("""{"row":"${part.name}","save":"${part.save}","until":${part.until}}""")
                }
            }
        }
        write("]}")
        return out.toByteArray()
    }

    companion object {
        /** The head that [text] is, or null where it is none. */
        fun parse(text: ByteArray): Head? =
            try {
                JsonSlices.members(text)?.associate { it.name to it.value }?.let(::read)
            } catch (_: IllegalArgumentException) {
                null
            }

        /** Whether [text], that of a row called [row], has what [piece] has. */
        fun isRow(
            piece: Piece,
            row: Part.Row,
            text: ByteArray?,
        ): Boolean =
            text != null && row.isOf(text) && text.size == Part.AT + piece.size + 1 && piece.isIn(text, Part.AT)

        private fun read(fields: Map<String, ByteArray>): Head? {
            val parts = fields["parts"]?.let(JsonSlices::elements) ?: return null
            return Head(
                save = quoted(fields["save"]) ?: return null,
                labels = quoted(fields["labels"]) ?: return null,
                isObject = fields["object"]?.decodeToString().toBoolean(),
                parts = parts.map { part(it.value) ?: return null },
            ).takeIf { it.isObject || parts.size == 1 }
        }

        private fun part(text: ByteArray): Part? {
            val fields = JsonSlices.members(text).orEmpty().associate { it.name to it.value }
            fields["json"]?.let { return Part.Inline(it) }
            return Part.Row(
                quoted(fields["row"]) ?: return null,
                quoted(fields["save"]) ?: return null,
                fields["until"]?.decodeToString()?.toLongOrNull() ?: return null,
            )
        }

        private fun quoted(text: ByteArray?): String? =
            text?.decodeToString()?.takeIf { it.length >= 2 && it.startsWith('"') }?.run { substring(1, length - 1) }
    }
}
