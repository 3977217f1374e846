"""What the columns of other people's spreadsheets are called, by meaning.

Phrases are in the normal form of `names.normalise`: lower case, one space between words, words without a
plural s.
"""

from kairos.core.tables.values import phrases

CONCEPTS: dict[str, tuple[str, ...]] = {
    "identifier": phrases("""
        id, external id, record id, opportunity id, deal id, lead id, account id, contact id, customer id,
        unique id, unique identifier, reference, reference number, ref, code, 編號, 代號, 識別碼, 商機編號,
        客戶編號, 序號"""),
    "owner": phrases("""
        owner, sale agent, agent, sale rep, rep, sale representative, representative, salesperson, sale
        person, salesman, seller, account manager, account executive, assigned to, assignee,
        responsible,
        opportunity owner, deal owner, lead owner, account owner, contact owner, 業務, 業務員, 業務人員,
        業務代表, 負責人, 負責業務, 承辦人, 擁有者"""),
    "leader": phrases("""
        manager, leader, team leader, sale manager, supervisor, head,
        主管, 經理, 組長, 業務主管, 團隊主管"""),
    "team": phrases("""
        team, sale team, regional office, region, office, department, territory, business unit, 團隊,
        業務團隊, 部門, 區域, 地區, 辦公室, 營業所"""),
    "organisation": phrases("""
        company, company name, account, account name, customer, customer name, client, client name,
        organisation, organization, organisation name, organization name, firm, business name, employer,
        buyer, 公司, 公司名稱, 客戶, 客戶名稱, 企業, 廠商, 組織, 單位, 公司行號, 往來客戶"""),
    "parent": phrases("subsidiary of, parent, parent company, parent account, group, 母公司, 總公司, 集團"),
    "person": phrases("""
        contact, contact name, contact person, person, full name, primary contact, 聯絡人, 連絡人,
        聯絡人姓名, 姓名, 窗口, 承辦窗口"""),
    "first name": phrases("first name, given name, forename, 名, 名字"),
    "last name": phrases("last name, surname, family name, 姓, 姓氏"),
    "name": phrases("name, 名稱"),
    "title": phrases("""
        deal, deal name, opportunity, opportunity name, title, subject, topic, project, project name, 商機,
        商機名稱, 案件, 案件名稱, 專案, 專案名稱, 標題, 主題, 案名"""),
    "stage": phrases("""
        stage, deal stage, sale stage, pipeline stage, phase, step, status, state, 階段, 商機階段, 銷售階段,
        狀態, 進度"""),
    "amount": phrases("""
        amount, value, close value, deal value, deal amount, opportunity value, opportunity amount, revenue,
        expected revenue, estimated revenue, estimated value, total, total amount, price, sale price,
        deal size,
        金額, 總金額, 預估金額, 預計金額, 預期營收, 商機金額, 成交金額, 合約金額, 營收, 業績, 報價金額"""),
    "annual revenue": phrases("annual revenue, yearly revenue, turnover, 年營收, 年營業額, 營業額"),
    "currency": phrases("currency, currency code, 幣別, 幣種, 貨幣"),
    "probability": phrases("""
        probability, chance, win probability, confidence, likelihood, 機率,
        成交機率, 成功率, 贏單率, 可能性"""),
    "closing": phrases("""
        close date, closing date, closing, closed, closed on, expected close, expected close date, expected
        closing, expected closing date, estimated close date, close, due date, deadline, won date, date
        closed, 結案日, 結案日期, 預計結案日, 預計結案日期, 預計成交日, 預計成交日期, 成交日, 成交日期,
        截止日, 截止日期"""),
    "opened": phrases("""
        created, created on, created at, created date, create date, date created, creation date, engage date,
        open date, opened, start date, date, 建立日, 建立日期, 建立時間,
        開始日期, 開案日期, 建檔日期, 日期"""),
    "priority": phrases("priority, importance, rating, star, 優先, 優先順序, 優先度, 重要性, 星等"),
    "source": phrases("source, lead source, channel, origin, campaign, 來源, 商機來源, 客戶來源, 管道, 通路"),
    "product": phrases("product, product name, item, sku, 產品, 產品名稱, 商品, 商品名稱, 品項, 品名"),
    "email": phrases("email, e mail, mail, email address, e mail address, 電子郵件, 電子信箱, 信箱, 郵件"),
    "phone": phrases("""
        phone, phone number, telephone, tel, telephone number, work phone, 電話, 電話號碼, 公司電話,
        聯絡電話, 連絡電話"""),
    "mobile": phrases("mobile, mobile phone, mobile number, cell, cell phone, 手機, 手機號碼, 行動電話"),
    "website": phrases("website, web site, web, url, homepage, domain, 網站, 網址, 官網"),
    "street": phrases("street, address, street address, address line 1, 地址, 街道, 公司地址, 聯絡地址"),
    "city": phrases("city, town, 城市, 縣市, 市"),
    "postcode": phrases("postcode, post code, zip, zip code, postal code, 郵遞區號"),
    "country": phrases("country, nation, headquarter, 國家, 國別"),
    "language": phrases("language, locale, 語言, 語系"),
    "industry": phrases("industry, sector, vertical, 產業, 行業, 產業別, 行業別"),
    "job": phrases("job title, job, position, role, function, 職稱, 職位, 職務"),
    "employees": phrases("""
        employee, number of employee, employee count, headcount, staff, 員工數, 員工人數, 人數"""),
    "tags": phrases("tag, label, keyword, category, 標籤, 標記, 分類, 類別"),
    "description": phrases("""
        description, note, comment, remark, detail, memo, 描述, 說明, 備註, 備注, 註記, 附註, 內容"""),
    "lost reason": phrases("""
        lost reason, loss reason, reason lost, reason for loss, 失敗原因, 失單原因, 流失原因, 未成交原因"""),
}  # fmt: skip

# Words that give away what a column holds, whatever else its header says.
KIND_WORDS: dict[str, frozenset[str]] = {
    "money": frozenset(
        phrases(
            "amount, value, revenue, price, cost, budget, total, salary, fee, "
            "金額, 營收, 價, 預算, 費用, 業績"
        )
    ),
    "date": frozenset(phrases("date, day, on, at, closing, deadline, birthday, 日, 日期, 時間, 期限")),
    "phone": frozenset(phrases("phone, tel, telephone, mobile, cell, fax, 電話, 手機, 傳真")),
    "url": frozenset(phrases("website, url, domain, homepage, 網站, 網址, 官網")),
    "boolean": frozenset(phrases("is, has, active, enabled, 是否")),
    "identifier": frozenset(
        phrases("id, code, number, no, ref, year, zip, postcode, 編號, 代號, 統編, 統一編號, 區號")
    ),
}
