package io.github.cachetronomy.core.sqlite

import org.jetbrains.exposed.v1.core.Column
import org.jetbrains.exposed.v1.core.ColumnType
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.core.statements.api.ExposedBlob

/** A text column declared DATETIME: Python's converter goes by that name, and the text is written by our own codec. */
internal fun Table.dateTime(name: String): Column<String> = registerColumn(name, DateTimeText())

/** A column declared BLOB, whatever its rows hold. */
internal fun Table.bytes(name: String): Column<ByteArray> = registerColumn(name, Bytes())

/** A column declared INTEGER, which Exposed's own `long` is not. */
internal fun Table.int64(name: String): Column<Long> = registerColumn(name, Int64())

/** A column declared REAL. */
internal fun Table.real(name: String): Column<Double> = registerColumn(name, Real())

private class DateTimeText : ColumnType<String>() {
    override fun sqlType(): String = "DATETIME"

    // Whatever a row holds is given as text; the codec decides whether it is a time.
    override fun valueFromDB(value: Any): String = value.toString()
}

private class Bytes : ColumnType<ByteArray>() {
    override fun sqlType(): String = "BLOB"

    // SQLite keeps text and numbers in a BLOB column as they are; as bytes they are their text.
    override fun valueFromDB(value: Any): ByteArray =
        when (value) {
            is ByteArray -> value
            is ExposedBlob -> value.bytes
            else -> value.toString().encodeToByteArray()
        }
}

private class Int64 : ColumnType<Long>() {
    override fun sqlType(): String = "INTEGER"

    override fun valueFromDB(value: Any): Long = (value as? Number)?.toLong() ?: value.toString().toLongOrNull() ?: 0L
}

private class Real : ColumnType<Double>() {
    override fun sqlType(): String = "REAL"

    override fun valueFromDB(value: Any): Double =
        (value as? Number)?.toDouble() ?: value.toString().toDoubleOrNull() ?: 0.0
}
