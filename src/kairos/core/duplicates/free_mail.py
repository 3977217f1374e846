"""Domains that say nothing about where somebody works: free mailboxes, public suffixes, pages on platforms."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FREE_MAIL = _words("""
    gmail.com googlemail.com outlook.com outlook.jp outlook.com.tw hotmail.com hotmail.co.uk hotmail.com.tw hotmail.fr
    hotmail.de hotmail.it hotmail.es hotmail.co.jp live.com live.co.uk live.fr live.nl live.jp live.com.tw live.cn
    msn.com msn.cn passport.com windowslive.com yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.fr yahoo.de
    yahoo.it yahoo.es yahoo.co.in yahoo.in yahoo.ca yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.com.hk
    yahoo.com.sg yahoo.com.ph yahoo.com.vn yahoo.co.id yahoo.co.th yahoo.co.kr yahoo.com.tw yahoo.tw kimo.com
    kimo.com.tw yahoo.cn yahoo.com.cn yahoo.co.jp ybb.ne.jp aol.com aim.com icloud.com me.com mac.com proton.me
    protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com gmx.com gmx.de gmx.net gmx.at gmx.ch
    web.de t-online.de freenet.de arcor.de mail.de posteo.de posteo.net mailbox.org mail.com email.com usa.com zoho.com
    zohomail.com zohomail.eu fastmail.com fastmail.fm hey.com hushmail.com yandex.com yandex.ru ya.ru mail.ru bk.ru
    inbox.ru list.ru rambler.ru orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it
    alice.it tin.it tiscali.it hotmail.be skynet.be telenet.be ziggo.nl kpnmail.nl planet.nl xs4all.nl hetnet.nl
    home.nl bluewin.ch sunrise.ch telia.com comhem.se online.no wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz
    abv.bg ukr.net i.ua btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net tiscali.co.uk comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com optonline.net rogers.com
    shaw.ca sympatico.ca telus.net bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz uol.com.br
    bol.com.br terra.com.br ig.com.br globo.com rediffmail.com sify.com naver.com hanmail.net daum.net nate.com
    kakao.com singnet.com.sg starhub.net.sg netvigator.com hknet.com
    pchome.com.tw hinet.net ms1.hinet.net ms2.hinet.net seed.net.tw so-net.net.tw giga.net.tw sinamail.com
    msa.hinet.net mail2000.com.tw url.com.tw xuite.net yam.com apol.com.tw tpts.com.tw
    qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com vip.126.com yeah.net 188.com sina.com sina.cn vip.sina.com
    sina.com.cn sohu.com vip.sohu.com aliyun.com 139.com 189.cn wo.cn tom.com 21cn.com 263.net eyou.com
    docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp vodafone.ne.jp nifty.com biglobe.ne.jp ocn.ne.jp
    so-net.ne.jp dion.ne.jp plala.or.jp infoweb.ne.jp excite.co.jp infoseek.jp rakuten.jp goo.jp goo.ne.jp eonet.ne.jp
    jcom.home.ne.jp jcom.zaq.ne.jp asahi-net.or.jp
    mailinator.com guerrillamail.com 10minutemail.com yopmail.com temp-mail.org trashmail.com sharklasers.com
    """)

# Pages of many companies stand under these; which company's cannot be seen from the domain.
PLATFORMS = _words("""
    facebook.com fb.com instagram.com linkedin.com twitter.com x.com youtube.com tiktok.com threads.net line.me lin.ee
    linktr.ee google.com goo.gl g.page blogspot.com wordpress.com wixsite.com weebly.com squarespace.com webflow.io
    github.io gitlab.io herokuapp.com netlify.app vercel.app pages.dev web.app firebaseapp.com notion.site medium.com
    shopee.tw shopee.com ruten.com.tw rakuten.com.tw pixnet.net strikingly.com myshopify.com amazon.com ebay.com
    alibaba.com taobao.com tmall.com weibo.com 1688.com ameblo.jp note.com
    """)

# The second label of a registry's own suffix in a country: under “com.tw” the name stands one further to the left.
REGISTRY_LABELS = _words(
    "com co net org edu ac gov go mil or ne gr lg ad idv game ebiz club gob gouv nom me ltd plc sch nhs police asn id "
    "firm gen ind res web info int k12 blog art eco adv"
)
