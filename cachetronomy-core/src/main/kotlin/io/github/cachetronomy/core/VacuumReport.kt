package io.github.cachetronomy.core

/** What a file measured, with what SQLite keeps beside it, before and after it was rewritten. Immutable. */
public class VacuumReport internal constructor(
    /** Its bytes before. */
    public val bytesBefore: Long,
    /** Its bytes after. Not less where somebody was still reading: then it shrinks with a later checkpoint. */
    public val bytesAfter: Long,
) {
    override fun toString(): String = "VacuumReport(bytesBefore=$bytesBefore, bytesAfter=$bytesAfter)"
}
