"""Seed words of the vocabularies: what invented names are made to sound like.

The generators never print these lists as such: a chain over their letters invents new words, so a
name seen in one set of pages is rarely met in another.
"""

from __future__ import annotations

__all__ = [
    "COMPANY_FORMS",
    "PLACE_HEADS",
    "STATES",
    "STREET_KINDS",
    "TRADES",
    "WESTERN",
    "WORLD",
]

WESTERN = {
    "given": (
        "james mary robert patricia john jennifer michael linda david elizabeth william barbara "
        "richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa "
        "matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily "
        "andrew donna joshua michelle kenneth carol kevin amanda brian melissa george deborah "
        "edward stephanie ronald rebecca timothy laura jason sharon jeffrey cynthia ryan kathleen "
        "jacob amy gary angela nicholas shirley eric anna jonathan brenda stephen pamela larry "
        "emma justin nicole scott helen brandon samantha benjamin katherine samuel christine "
        "gregory debra frank rachel alexander carolyn raymond janet patrick maria jack heather "
        "dennis diane jerry olivia tyler julie aaron joyce henry victoria douglas kelly peter "
        "lauren adam christina nathan evelyn zachary judith walter megan kyle andrea harold cheryl "
        "carl hannah arthur jacqueline gerald martha roger gloria keith teresa lawrence ann terry "
        "madison sean frances albert kathryn jesse janice austin jean bruce alice christian julia "
        "willie abigail billy grace bryan judy joe sophia logan denise ralph amber roy marilyn "
        "eugene danielle randy beverly philip isabella harry theresa vincent diana bobby natalie "
        "dylan brittany johnny charlotte alan marie ethan kayla wayne alexis dale lori"
    ),
    "family": (
        "smith johnson williams brown jones miller davis wilson anderson thomas taylor moore "
        "jackson martin lee thompson white harris clark lewis robinson walker young allen king "
        "wright scott hill green adams nelson baker hall campbell mitchell carter roberts phillips "
        "evans turner parker edwards collins stewart morris murphy cook rogers morgan peterson "
        "cooper reed bailey bell kelly howard ward cox richardson wood watson brooks bennett gray "
        "hughes price myers long foster sanders ross morales powell sullivan russell ortiz jenkins "
        "gutierrez perry butler barnes fisher henderson coleman simmons patterson jordan reynolds "
        "hamilton graham kim gonzales alexander ramos wallace griffin west cole hayes chavez "
        "gibson bryant ellis stevens murray ford marshall owens mcdonald harrison ruiz kennedy "
        "wells alvarez woods mendoza castillo olson webb washington tucker freeman burns henry "
        "vasquez snyder simpson crawford jimenez porter mason shaw gordon wagner hunter romero "
        "hicks dixon hunt palmer robertson black holmes stone meyer boyd mills warren fox rose "
        "rice moreno schmidt patel ferguson nichols herrera medina ryan fernandez weaver daniels "
        "stephens gardner payne kelley dunn pierce arnold tran spencer peters hawkins grant hansen "
        "castro hoffman hart elliott cunningham knight bradley carroll hudson duncan armstrong "
        "berry andrews johnston ray lane riley carpenter perkins aguilar silva richards willis "
        "matthews chapman lawrence garza vargas watkins wheeler larson carlson harper george "
        "greene burke guzman morrison munoz jacobs obrien lawson franklin lynch bishop carr "
        "salazar austin mendez gilbert jensen williamson montgomery harvey oliver howell dean "
        "hanson weber garrett sims burton fuller soto mccoy welch chen schultz walters reid fields"
    ),
    "place": (
        "springfield riverside fairview madison georgetown salem franklin clinton greenville "
        "bristol arlington ashland dover oxford jackson burlington manchester milton newport "
        "auburn centerville lexington dayton cleveland hudson kingston marion winchester lebanon "
        "troy monroe florence glendale clayton brighton plymouth concord hamilton lancaster "
        "windsor stratford bedford chester sheffield norwood wakefield weston ashford hartford "
        "cambridge easton preston richmond bradford lincoln harrison danville waterford "
        "farmington lakewood rockford melrose stanton elmwood oakdale glenwood westfield "
        "brookfield cumberland hillsboro pinehurst edgewood redwood maplewood ridgefield "
        "fairfield littleton middleton charleston wilmington bloomington huntington washington"
    ),
    "company": (
        "northwind acme summit pioneer granite harbor silver evergreen cascade liberty keystone "
        "atlas beacon vertex sterling prairie coastal union meridian horizon paragon apex zenith "
        "frontier landmark cornerstone highland millennium patriot phoenix sentinel titan vanguard "
        "crestview brightline clearwater ironwood stonegate bluepeak riverbend trident nexus "
        "quantum orion polaris aurora legacy heritage premier dominion ascend elevate benchmark"
    ),
}

WORLD = {
    "given": (
        "alessandro giulia bartosz agnieszka dmitri svetlana priyanka arjun kavita rohan deepika "
        "sanjay ingrid bjorn sigrid torsten annika lars freja kasimir zofia wojciech magdalena "
        "jovan milica dragan ljiljana nikolai anastasia yevgenia oleksandr bohdan katarina tomasz "
        "beatriz joaquim thiago camila leandro fernanda matteo chiara lorenzo federica gianluca "
        "yusuf fatima ibrahim leyla mehmet ayse kemal nasrin farhad soraya dariush parisa akiko "
        "hiroshi yukiko takeshi haruka kenji naomi minjun jiwoo seojun haeun thanh linh phuong "
        "kwame abena kofi adwoa chinedu ngozi olumide folake tendai rudo themba nomsa malaika "
        "juma amara bakari wanjiru otieno eszter laszlo istvan ilona marika aleksi kaisa veikko "
        "siobhan padraig niamh ciaran aoife gwendolyn rhys angharad etienne mireille thibault"
    ),
    "family": (
        "kowalski wisniewski zielinski szymanski wozniak dabrowski kozlowski jankowski mazur "
        "ivanova petrov sokolov lebedev kuznetsov morozov volkov novikov fedorov mikhailov rossi "
        "ferrari esposito bianchi colombo ricci marino greco bruno gallo conti deluca mancini "
        "costa giordano rizzo lombardi moretti barbieri fontana santoro mariani rinaldi caruso "
        "bhattacharya chakraborty mukherjee banerjee iyer krishnan venkatesan subramanian reddy "
        "agarwal srinivasan chatterjee deshpande kulkarni andersson johansson karlsson nilsson "
        "eriksson lindqvist bergstrom sandberg haugen kristoffersen thorvaldsen mikkelsen "
        "korhonen virtanen makinen nieminen hamalainen yilmaz demir kaya ozturk aydin arslan "
        "yamamoto nakamura kobayashi watanabe matsumoto takahashi shimizu okafor adeyemi "
        "mensah boateng owusu nkosi dlamini mbeki kariuki mutua papadopoulos dimitriou "
        "georgiadis nikolaidis horvath szabo nemeth farkas popescu ionescu dumitrescu kovacevic "
        "petrovic jovanovic nikolic almeida carvalho figueiredo goncalves magalhaes teixeira "
        "vandenberg dejong vissers hendriks janssens dupont lefebvre moreau fontaine girard"
    ),
    "place": (
        "almazora belverde castellana dobrovice estremera fontanela grodzisk halmstad iskander "
        "jaroslava karlovac lindholm montefalco novosad orvieto pernambuco querceto ravenska "
        "savonlinna tarragona ulvesund valdemar wroclawek yaroslav zamosc brunnental caldera "
        "drammen ekenas falkenau gradiska hammerfest ilava jasenovo kragero lovasbereny mirandola "
        "nordhavn ostrava pirano rosendal sorrento telemark umbertide vercelli zlatibor "
        "kirkenes lahti porvoo tampere uleaborg ystad kristianstad bodenwerder"
    ),
    "company": (
        "ardenta brivalo corvexa duomarin elvantis fjordal galtera hexamon inoventa jorvika "
        "kalista lumenor movistra nordalia optiveo provenia quillora rovanta solveta tervanto "
        "umbrella velocita wexalin xantera ystara zirconia altamira bellavista concordia "
        "durandal estrella fortuna grandeza hyperion imperia jubilant karavela luminaire"
    ),
}

PLACE_HEADS = "North South East West New Port Lake Mount Fort Saint Upper Lower Old Grand".split()

# One string of words reads better here than four dozen quoted ones.
# ruff: noqa: SIM905

STREET_KINDS = (
    "St Ave Rd Blvd Lane Drive Court Way Street Avenue Road Place Terrace Circle Trail Parkway "
    "Plaza Square Ridge Crossing Estate Valley Corner Harbor Meadows Hills Junction Summit Shores "
    "Prairie Brook Island Springs Knolls Manor Route Skyway Viaduct Turnpike Path Loop"
).split()

TRADES = (
    "Logistics Foods Software Health Partners Holdings Manufacturing Retail Energy Consulting "
    "Systems Transport Textiles Media Builders Hospital Clinic Markets Bakery Motors Freight "
    "Printing Dental Plumbing Electric Roofing Landscaping Insurance Advisors Robotics Farms Mills "
    "Marine Aviation Optical Pharmacy Staffing Security Catering Hotels Academy Studios Outfitters"
).split()

COMPANY_FORMS = ("Inc", "LLC", "Corp", "Group", "Ltd", "PLC", "and Sons", "Co.", "Inc.", "LLP")

STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"
).split()
