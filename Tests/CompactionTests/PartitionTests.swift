import Bytes
import Compaction
import Testing

@Suite struct PartitionTests {
    @Test(arguments: [
        ("tenant", "tenant", "tenant"), ("day(receivedtime)", "day(receivedtime)", "receivedtime_day"),
        ("days(time)", "day(time)", "time_day"), ("hour(time)", "hour(time)", "time_hour"),
        ("month(time)", "month(time)", "time_month"), ("year(time)", "year(time)", "time_year"),
        ("bucket[16](id)", "bucket[16](id)", "id_bucket"), ("truncate[4](type)", "truncate[4](type)", "type_trunc"),
        ("identity(source)", "source", "source"),
    ])
    func readsAField(_ text: String, _ canonical: String, _ name: String) {
        let field = PartitionField(text)
        #expect(field?.text == canonical)
        #expect(field?.name == name)
    }

    @Test(arguments: [
        "", "nothing", "day(id)", "truncate[3](time)", "bucket(id)", "bucket[0](id)", "bucket[-1](id)", "day(time",
        "day()", "bucket[x](id)", "week(time)",
    ])
    func refusesWhatIsNoField(_ text: String) { #expect(PartitionField(text) == nil) }

    @Test func foldersAreEscapedAsJavaDoes() {
        let fields = [PartitionField("tenant")!, PartitionField("type")!]
        #expect(
            PartitionFolder.name(fields, [.text(Array("a/b c=d".utf8)), .text(Array("é*-_.%".utf8))])
                == "tenant=a%2Fb+c%3Dd/type=%C3%A9*-_.%25")
        #expect(PartitionFolder.name(fields, [.null, .text([])]) == "tenant=null/type=")
        #expect(PartitionFolder.name([], []) == "")
    }

    @Test func timesAreWrittenForPeople() {
        func name(_ field: String, _ number: Int64) -> String {
            PartitionFolder.name([PartitionField(field)!], [.integer(number)])
        }
        #expect(name("day(time)", 20_780) == "time_day=2026-11-23")
        #expect(name("day(time)", -1) == "time_day=1969-12-31")
        #expect(name("hour(time)", 20_780 * 24 + 7) == "time_hour=2026-11-23-07")
        #expect(name("hour(time)", -1) == "time_hour=1969-12-31-23")
        #expect(name("month(time)", 682) == "time_month=2026-11")
        #expect(name("month(time)", -1) == "time_month=1969-12")
        #expect(name("year(time)", 56) == "time_year=2026")
        #expect(name("bucket[9](time)", 3) == "time_bucket=3")
    }

    @Test func aLongValueIsCutAndStaysDistinct() {
        let field = [PartitionField("type")!]
        let a = PartitionFolder.name(field, [.text(Array(String(repeating: "ü", count: 300).utf8))])
        let b = PartitionFolder.name(field, [.text(Array((String(repeating: "ü", count: 299) + "x").utf8))])
        #expect(a != b)
        #expect(a.utf8.count <= 200 && a.hasPrefix("type=%C3%BC"))
        let many = [PartitionField](repeating: field[0], count: 8)
        let values = [PartitionValue](repeating: .text(Array(String(repeating: "z", count: 150).utf8)), count: 8)
        #expect(PartitionFolder.name(many, values).utf8.count <= 200)
    }
}
