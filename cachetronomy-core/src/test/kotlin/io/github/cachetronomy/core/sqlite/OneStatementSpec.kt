package io.github.cachetronomy.core.sqlite

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** One statement is told from several, whatever is quoted or commented in it. */
@Tags("fast")
class OneStatementSpec :
    FunSpec({
        test("the first word of a single statement is its kind") {
            val kinds =
                mapOf(
                    "select 1" to "SELECT",
                    " \n-- comment\n/* another */ With x as (select 1) delete from t;" to "WITH",
                    "SELECT 1;;".dropLast(1) to "SELECT",
                    "SELECT ';', \";\", `;`, [;] -- ;" to "SELECT",
                    "SELECT 'it''s; fine' /* ; */ ; -- ; the end" to "SELECT",
                    "DELETE/**/FROM t" to "DELETE",
                    "SELECT 'never closed ; " to "SELECT",
                )
            for ((sql, kind) in kinds) withClue(sql) { OneStatement.kindOf(sql) shouldBe kind }
        }

        test("no statement, and more than one, is refused") {
            val wrong =
                listOf("", " ", "-- only", ";", "1", "SELECT 1; SELECT 2", "SELECT 1;;", "SELECT [a];DELETE", "/* x")
            for (sql in wrong) withClue(sql) { shouldThrow<IllegalArgumentException> { OneStatement.kindOf(sql) } }
        }
    })
