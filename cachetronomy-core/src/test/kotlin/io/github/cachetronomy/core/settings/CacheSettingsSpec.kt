package io.github.cachetronomy.core.settings

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.createFile
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

/** Where the file is and which profile is asked for. */
@Tags("fast")
class CacheSettingsSpec :
    FunSpec({
        val root = tempdir().toPath()
        val home = root.resolve("home")
        var folders = 0
        lateinit var folder: Path

        beforeTest { folder = root.resolve("work-${folders++}").createDirectories() }

        fun sources(
            properties: Map<String, String> = emptyMap(),
            environment: Map<String, String> = emptyMap(),
        ) = SettingsSources(properties::get, environment, folder, home)

        fun ofDotEnv(text: String): CacheSettings {
            folder.resolve(".env").writeText(text)
            return CacheSettings.load(sources())
        }

        test("arguments win over properties, these over the environment, it over .env, and that over the default") {
            folder.resolve(".env").writeText("CACHE_DB_PATH=d.db\nCACHE_DEFAULT_PROFILE=d\n")
            val properties = mapOf("cachetronomy.db-path" to "p.db", "cachetronomy.default-profile" to "p")
            val environment = mapOf("CACHE_DB_PATH" to "e.db", "CACHE_DEFAULT_PROFILE" to "e")

            fun settings(
                sources: SettingsSources,
                file: String? = null,
                profile: String? = null,
            ) = CacheSettings.load(sources, file?.let(Path::of), profile).run {
                folder.relativize(dbPath).toString() to defaultProfile
            }
            settings(sources(properties, environment), "a.db", "a") shouldBe ("a.db" to "a")
            settings(sources(properties, environment), "a.db") shouldBe ("a.db" to "p")
            settings(sources(properties, environment)) shouldBe ("p.db" to "p")
            settings(sources(environment = environment)) shouldBe ("e.db" to "e")
            settings(sources()) shouldBe ("d.db" to "d")
            folder.resolve(".env").toFile().delete()
            settings(sources()) shouldBe ("cachetronomy.db" to null)
        }

        test("what is empty or blank says nothing, wherever it stands") {
            folder.resolve(".env").writeText("CACHE_DB_PATH=\"\"\nCACHE_DEFAULT_PROFILE=\n")
            val properties = mapOf("cachetronomy.db-path" to "", "cachetronomy.default-profile" to " ")
            val environment = mapOf("CACHE_DB_PATH" to "e.db", "CACHE_DEFAULT_PROFILE" to "")
            val settings = CacheSettings.load(sources(properties, environment), defaultProfile = "")
            settings.dbPath shouldBe folder.resolve("e.db")
            settings.defaultProfile shouldBe null
        }

        test("variables are found in lower case, and first as they are called") {
            CacheSettings.load(sources(environment = mapOf("cache_db_path" to "l.db"))).dbPath shouldBe
                folder.resolve("l.db")
            val both = linkedMapOf("cache_db_path" to "l.db", "CACHE_DB_PATH" to "u.db")
            CacheSettings.load(sources(environment = both)).dbPath shouldBe folder.resolve("u.db")
            ofDotEnv("cache_db_path=l.db").dbPath shouldBe folder.resolve("l.db")
        }

        test("a tilde is the home folder in every source, as a first name only") {
            CacheSettings.load(sources(), Path.of("~/a.db")).dbPath shouldBe home.resolve("a.db")
            CacheSettings.load(sources(mapOf("cachetronomy.db-path" to "~/b/../c.db"))).dbPath shouldBe
                home.resolve("c.db")
            CacheSettings.load(sources(environment = mapOf("CACHE_DB_PATH" to "~/d.db"))).dbPath shouldBe
                home.resolve("d.db")
            ofDotEnv("CACHE_DB_PATH=~").dbPath shouldBe home
            CacheSettings.load(sources(), Path.of("~ann", "~", "e.db")).dbPath shouldBe
                folder.resolve("~ann").resolve("~").resolve("e.db")
        }

        test("a file that nobody names is in the folder of the project, or in the working folder") {
            val inside = folder.resolve("a/b").createDirectories()

            fun default() = CacheSettings.load(SettingsSources({ null }, emptyMap(), inside, home)).dbPath
            default() shouldBe inside.resolve("cachetronomy.db")
            folder.resolve("pyproject.toml").createFile()
            default() shouldBe folder.resolve("cachetronomy.db")
            // In a work tree of git it is a file.
            folder.resolve("a/.git").createFile()
            default() shouldBe folder.resolve("a/cachetronomy.db")
        }

        test("lines of .env are read as Python reads them") {
            val lines =
                mapOf(
                    "CACHE_DEFAULT_PROFILE=p" to "p",
                    "  CACHE_DEFAULT_PROFILE =  p  " to "p",
                    "export CACHE_DEFAULT_PROFILE=p" to "p",
                    "CACHE_DEFAULT_PROFILE=p # for now" to "p",
                    "CACHE_DEFAULT_PROFILE=p#1" to "p#1",
                    "CACHE_DEFAULT_PROFILE=a b=c" to "a b=c",
                    "CACHE_DEFAULT_PROFILE='p # q' # for now" to "p # q",
                    "CACHE_DEFAULT_PROFILE=\"say \\\"p\\\"\"" to "say \"p\"",
                    "CACHE_DEFAULT_PROFILE='C:\\new'" to "C:\\new",
                    "CACHE_DEFAULT_PROFILE=p\r\nOTHER=1\r\n" to "p",
                    "\uFEFFCACHE_DEFAULT_PROFILE=p" to "p",
                    "CACHE_DEFAULT_PROFILE=p\nCACHE_DEFAULT_PROFILE=q" to "q",
                    "CACHE_DEFAULT_PROFILE=é" to "é",
                    "CACHE_DEFAULT_PROFILE" to null,
                    "# CACHE_DEFAULT_PROFILE=p" to null,
                    "CACHE_DEFAULT_PROFILE=# p" to null,
                    "NOT_CACHE_DEFAULT_PROFILE=p" to null,
                )
            for ((text, profile) in lines) withClue(text) { ofDotEnv(text).defaultProfile shouldBe profile }
        }

        test("lines of others in .env are passed over, whatever they look like") {
            val others =
                listOf(
                    "",
                    "   ",
                    "=",
                    "=x",
                    "some words",
                    "export",
                    "SECRET=\"open",
                    "SECRET='a' b",
                    "SECRET=\${HOME}",
                    "TABLE='CACHE_DEFAULT_PROFILE=other",
                    "A\u0000B=\u0007",
                    "KEY=\"-----BEGIN\nCACHE_DEFAULT_PROFILE=other\n-----END\"",
                )
            for (other in others) {
                withClue(other) {
                    ofDotEnv("$other\nCACHE_DEFAULT_PROFILE=p\n$other\n").defaultProfile shouldBe "p"
                }
            }
            folder.resolve(".env").writeBytes(byteArrayOf(-1, -2) + "\nCACHE_DEFAULT_PROFILE=p".toByteArray())
            CacheSettings.load(sources()).defaultProfile shouldBe "p"
        }

        test("a folder called .env is somebody else's") {
            folder.resolve(".env").createDirectories()
            CacheSettings.load(sources()).defaultProfile shouldBe null
        }

        test("a broken value of ours in .env is refused with file and line, and shown to nobody") {
            val broken =
                listOf(
                    "CACHE_DB_PATH=\"hidden",
                    "CACHE_DB_PATH='hidden' more",
                    "CACHE_DB_PATH=hid\u0000den",
                    "CACHE_DB_PATH=\"hidden\\n\"",
                    "CACHE_DB_PATH=\${hidden}/x",
                )
            for (line in broken) {
                withClue(line) {
                    val refusal = shouldThrow<SettingsException> { ofDotEnv("A='1\n2'\n\n$line\nB=3") }
                    refusal.source shouldBe folder.resolve(".env").toString()
                    refusal.line shouldBe 4
                    refusal.field shouldBe "CACHE_DB_PATH"
                    refusal.message shouldContain ".env, line 4, CACHE_DB_PATH: "
                    refusal.message shouldNotContain "hidden"
                }
            }
            // What wins before it leaves it unread.
            val environment = mapOf("CACHE_DB_PATH" to "e.db", "CACHE_DEFAULT_PROFILE" to "p")
            CacheSettings.load(sources(environment = environment)).dbPath shouldBe folder.resolve("e.db")
        }

        test("a path that is none is refused with the name of its variable") {
            val environment = mapOf("CACHE_DB_PATH" to "a\u0000b")
            shouldThrow<SettingsException> { CacheSettings.load(sources(environment = environment)) }.source shouldBe
                "environment variable CACHE_DB_PATH"
            val properties = mapOf("cachetronomy.db-path" to "a\u0000b")
            shouldThrow<SettingsException> { CacheSettings.load(sources(properties)) }.source shouldBe
                "system property cachetronomy.db-path"
        }
    })
