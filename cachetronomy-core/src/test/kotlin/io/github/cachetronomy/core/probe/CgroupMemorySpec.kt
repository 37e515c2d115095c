package io.github.cachetronomy.core.probe

import io.github.cachetronomy.core.FreeMemoryTarget
import io.kotest.core.annotation.Tags
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText

/** What the files of Linux's control groups say, in a folder that stands for the root. */
@Tags("fast")
class CgroupMemorySpec :
    FunSpec({
        val folder = tempdir().toPath()
        var roots = 0

        fun root(vararg files: Pair<String, String>): CgroupMemory {
            val root = folder.resolve("root-${roots++}").createDirectories()
            for ((path, text) in files) root.put(path, text)
            return CgroupMemory(root)
        }

        /** How much is available of 1,000, as a target of all of it tells. */
        fun CgroupMemory.missingToAll(): Long? = shortage(ALL)

        test("a system without control groups sets no limit") {
            root().missingToAll() shouldBe null
        }

        test("the second version: what is used, without pages of files, is missing to all") {
            root(
                SELF to "0::/app\n",
                "$V2/app/memory.max" to "1000\n",
                "$V2/app/memory.high" to "max\n",
                "$V2/app/memory.current" to "700\n",
                "$V2/app/memory.stat" to "anon 400\nfile 300\ninactive_file 200\nactive_file 90\n",
            ).missingToAll() shouldBe 410
        }

        test("a group that has written a large file is not short of memory") {
            root(
                SELF to "0::/\n",
                "$V2/memory.max" to "1000\n",
                "$V2/memory.current" to "1000\n",
                "$V2/memory.stat" to "inactive_file 970\n",
            ).shortage(FreeMemoryTarget.fraction(0.5)) shouldBe 500 - 970
        }

        test("nor is one that has looked at many files") {
            root(
                SELF to "0::/\n",
                "$V2/memory.max" to "1000\n",
                "$V2/memory.current" to "1000\n",
                "$V2/memory.stat" to "slab 960\nslab_reclaimable 940\nslab_unreclaimable 20\n",
            ).shortage(FreeMemoryTarget.fraction(0.5)) shouldBe 500 - 940
        }

        test("the first version, in its own words") {
            root(
                SELF to "5:cpu,cpuacct:/x\n4:memory:/docker/7\n0::/\n",
                "$V1/docker/7/memory.limit_in_bytes" to "1000\n",
                "$V1/docker/7/memory.usage_in_bytes" to "700\n",
                "$V1/docker/7/memory.stat" to
                    "inactive_file 1\nactive_file 1\ntotal_inactive_file 200\ntotal_active_file 90\n",
            ).missingToAll() shouldBe 410
        }

        test("where a process is held back before the limit, that is the limit") {
            root(
                SELF to "0::/\n",
                "$V2/memory.max" to "1000\n",
                "$V2/memory.high" to "600\n",
                "$V2/memory.current" to "500\n",
            ).missingToAll() shouldBe 500
        }

        test("no limit is none, in both versions") {
            root(SELF to "0::/\n", "$V2/memory.max" to "max\n", "$V2/memory.current" to "700\n")
                .missingToAll() shouldBe null
            root(
                SELF to "4:memory:/\n",
                "$V1/memory.limit_in_bytes" to "9223372036854771712\n",
                "$V1/memory.usage_in_bytes" to "700\n",
            ).missingToAll() shouldBe null
        }

        test("a group further up may be the one that is short") {
            root(
                SELF to "0::/pod/app\n",
                "$V2/pod/app/memory.max" to "1000\n",
                "$V2/pod/app/memory.current" to "100\n",
                "$V2/pod/memory.max" to "2000\n",
                "$V2/pod/memory.current" to "1900\n",
            ).missingToAll() shouldBe 1_900
        }

        for (path in listOf("/docker/unknown", "/../../docker/7")) {
            test("inside a container the group called $path is the mount itself") {
                root(
                    SELF to "0::$path\n",
                    "$V2/memory.max" to "1000\n",
                    "$V2/memory.current" to "300\n",
                ).missingToAll() shouldBe 300
            }
        }

        test("files that say something else say nothing") {
            root(SELF to "nonsense\n0:\n\n").missingToAll() shouldBe null
            root(SELF to "0::/\n", "$V2/memory.max" to "a lot\n", "$V2/memory.current" to "7\n")
                .missingToAll() shouldBe null
            root(SELF to "0::/\n", "$V2/memory.max" to "1000\n").missingToAll() shouldBe null
            root(
                SELF to "0::/\n",
                "$V2/memory.max" to "1000\n",
                "$V2/memory.current" to "300\n",
                "$V2/memory.stat" to "inactive_file\nactive_file much\n",
            ).missingToAll() shouldBe 300
        }

        test("each look reads the files again") {
            val file = "$V2/memory.current"
            val memory = root(SELF to "0::/\n", "$V2/memory.max" to "1000\n", file to "300\n")
            memory.missingToAll() shouldBe 300
            folder.resolve("root-${roots - 1}").put(file, "800\n")
            memory.missingToAll() shouldBe 800
        }
    })

private const val SELF = "proc/self/cgroup"
private const val V2 = "sys/fs/cgroup"
private const val V1 = "sys/fs/cgroup/memory"
private val ALL = FreeMemoryTarget.fraction(1.0)

private fun Path.put(
    path: String,
    text: String,
) {
    resolve(path).apply { parent.createDirectories() }.writeText(text)
}
